import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Person } from '../../src/cli/person.ts';
import { type EchoServer, openEchoServer } from '../support/echo-server.ts';
import { expr, writeProject } from '../support/project-folder.ts';
import { captureReqflo } from '../support/reqflo.ts';

let echo: EchoServer;
/** What each caller was answered. */
let answers: { readonly status: number; readonly body: string }[] = [];
let hooks: EchoServer;

/** A service that calls back: first of all, twice, before it answers. */
async function openHooks(): Promise<EchoServer> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { notify } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { notify: string };
    for (const [method, url] of [
      ['PUT', notify],
      ['PUT', notify],
      ['GET', notify.replace(/paid$/, 'pay')],
    ] as const) {
      const body = method === 'GET' ? {} : { body: '{"id":7,"state":"paid"}' };
      const headers = { 'content-type': 'application/json', 'x-signature': 'sig-1' };
      const answer = await fetch(url, { method, headers, ...body });
      answers.push({ status: answer.status, body: await answer.text() });
    }
    response.writeHead(202).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

beforeAll(async () => {
  [echo, hooks] = await Promise.all([openEchoServer(), openHooks()]);
});
afterAll(() => Promise.all([echo.close(), hooks.close()]));

const settled = `name: settled
steps:
  - id: order
    request: { method: POST, url: "${expr('env.HOOKS')}/orders", json: { notify: "${expr('callbacks.paid')}" } }
    assertions: [{ status: 202 }]
  - id: settle
    waitFor: paid
    timeout: 30s
    outputs:
      id: $.id
      signature: { header: x-signature }
    assertions:
      - body: { $.state: paid }
      - text: { contains: '"id":7' }
  - id: use
    assertions: [{ value: "${expr("steps.settle.outputs.id == 7 && steps.settle.response.headers['x-signature'] == 'sig-1'")}" }]
outputs:
  id: { value: "${expr('steps.settle.outputs.id + 0')}" }
  signature: { value: "${expr('steps.settle.outputs.signature')}" }
`;

const belt = `name: belt
inputs: { parcel: { type: string, default: P-1 } }
steps:
  - id: belt
    name: On the belt
    manual: "Is parcel ${expr('inputs.parcel')} on the belt?"
    outputs: { note: $.note }
    assertions:
      - body: { $.decision: approved, $.by: ada }
  - id: use
    assertions: [{ value: "${expr("steps.belt.outputs.note == 'looks good'")}" }]
`;

function projectOf(files: Readonly<Record<string, string>> = {}): string {
  return writeProject({
    'journeys/settled.yaml': settled,
    'journeys/belt.yaml': belt,
    'environments/local.yaml': `values: { HOOKS: "${hooks.url}" }\n`,
    ...files,
  });
}

function personWho(decision: Awaited<ReturnType<Person['decide']>>, asked: string[] = []): Person {
  return {
    decide: async (question) => {
      asked.push(question);
      return decision;
    },
  };
}

describe('a journey that waits for a callback', () => {
  test('takes what an outside system sends, once, and shows no token', async () => {
    answers = [];
    const cwd = projectOf();
    const { exitCode, stdout, stderr } = await captureReqflo(['run', 'settled', '-v'], { cwd });
    expect(stdout + stderr).toContain('passed');
    expect(exitCode).toBe(0);
    expect(answers.map(({ status }) => status)).toEqual([202, 409, 404]);
    expect(answers.map(({ body }) => JSON.parse(body))).toEqual([
      { received: 'paid' },
      { error: expect.stringContaining('called before') },
      { error: 'there is no such callback' },
    ]);
    expect(stdout).toMatch(/✓ settle +callback paid +PUT/);
    expect(stdout).toContain('id = 7, signature = sig-1');
    expect(stdout).toMatch(/< PUT http:\/\/127\.0\.0\.1:\d+\/callbacks\/\*\*\*\/paid/);
    expect(stdout + stderr).not.toMatch(/[0-9a-f]{32}\/paid/);
  });

  test('is told in the document and in the events, without the token', async () => {
    const cwd = projectOf();
    const json = await captureReqflo(['run', 'settled', '--json'], { cwd });
    const [, settle] = JSON.parse(json.stdout).runs[0].steps;
    expect(settle).toMatchObject({ state: 'passed', request: null, response: null, outputs: { id: 7 } });
    expect(settle.call).toMatchObject({
      method: 'PUT',
      url: expect.stringMatching(/\/callbacks\/\*\*\*\/paid$/),
      body: { size: 23, text: '{"id":7,"state":"paid"}' },
    });
    const jsonl = await captureReqflo(['run', 'settled', '--jsonl'], { cwd });
    const events = jsonl.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.map(({ type }) => type)).toContain('signal.received');
    expect(json.stdout + jsonl.stdout).not.toMatch(/[0-9a-f]{32}\/paid/);
    expect(jsonl.stdout).not.toContain('"hidden"');
  });

  test('fails with 1 when nobody calls in time', async () => {
    const late = settled
      .replace('/orders", json', '/nowhere", json')
      .replace('env.HOOKS', 'env.ECHO')
      .replace('30s', '20ms')
      .replace('status: 202', 'status: 200');
    const cwd = projectOf({
      'journeys/settled.yaml': late,
      'environments/local.yaml': `values: { HOOKS: "${hooks.url}", ECHO: "${echo.url}" }\n`,
    });
    const { exitCode, stdout } = await captureReqflo(['run', 'settled'], { cwd });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ settle +not called back +unmet/);
    expect(stdout).toContain('✗ settle: not called back in time');
    expect(stdout).toContain('nobody called the callback "paid" within 20 ms');
  });

  test('listens, and shows its URL, as reqflo.yaml says', async () => {
    const url = 'https://tunnel.example/reqflo';
    const shown = `name: shown
steps:
  - id: told
    request: { method: POST, url: "${expr('env.ECHO')}/x", json: { notify: "${expr('callbacks.paid')}" } }
    assertions: [{ text: { contains: '${url}/callbacks/' } }]
  - id: settle
    waitFor: { callback: paid }
    timeout: 10ms
`;
    const cwd = projectOf({
      'journeys/shown.yaml': shown,
      'environments/local.yaml': `values: { ECHO: "${echo.url}" }\n`,
      'reqflo.yaml': `callbacks: { listen: "127.0.0.1:${expr('shell.CALLBACK_PORT')}", url: "${url}/" }\n`,
    });
    const ran = await captureReqflo(['run', 'shown', '--json'], { cwd, env: { CALLBACK_PORT: '0' } });
    const [told] = JSON.parse(ran.stdout).runs[0].steps;
    expect(told).toMatchObject({ state: 'passed' });
    const unfit = await captureReqflo(['run', 'shown'], { cwd, env: { CALLBACK_PORT: 'x' } });
    expect(unfit.exitCode).toBe(2);
    expect(unfit.stderr).toMatch(/error\[invalid-value\][\s\S]*reqflo\.yaml:1:22/);
    const missing = await captureReqflo(['run', 'shown'], { cwd });
    expect(missing.exitCode).toBe(3);
    const { port } = new URL(echo.url);
    const taken = await captureReqflo(['run', 'shown'], { cwd, env: { CALLBACK_PORT: port } });
    expect(taken).toMatchObject({ exitCode: 2, stdout: '' });
    expect(taken.stderr).toContain(`callbacks cannot be heard on 127.0.0.1:${port}`);
  });

  test('is refused for a runner, before anything is sent', async () => {
    for (const name of ['settled', 'belt']) {
      const { exitCode, stderr } = await captureReqflo(['run', name, '--cloud'], { cwd: projectOf() });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('error[not-supported-yet]');
      expect(stderr).toMatch(/journeys\/\w+\.yaml:\d+:9/);
      expect(stderr).toContain('run it without --cloud');
    }
  });
});

describe('a journey that asks a person', () => {
  test('goes on with an approval', async () => {
    const asked: string[] = [];
    const person = personWho({ approved: true, by: 'ada', note: 'looks good' }, asked);
    const { exitCode, stdout } = await captureReqflo(['run', 'belt'], { cwd: projectOf(), person });
    expect(asked).toEqual(['? On the belt: Is parcel P-1 on the belt?']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/✓ On the belt +approved by ada: looks good/);
  });

  test('fails with 1 on a rejection, which the record holds', async () => {
    const person = personWho({ approved: false, by: 'ada', note: 'wrong colour' });
    const cwd = projectOf();
    const { exitCode, stdout } = await captureReqflo(['run', 'belt'], { cwd, person });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✗ On the belt +rejected by ada: wrong colour/);
    expect(stdout).toContain('rejected by ada: wrong colour');
    expect(stdout).toContain('journeys/belt.yaml:4:9');
    const json = await captureReqflo(['run', 'belt', '--json'], { cwd, person });
    const [step] = JSON.parse(json.stdout).runs[0].steps;
    expect(step).toMatchObject({
      state: 'failed',
      reason: 'assertion',
      error: { message: 'rejected by ada: wrong colour' },
      decision: { decision: 'rejected', by: 'ada', note: 'wrong colour' },
    });
  });

  test('asks about one run after the other, and says which', async () => {
    const asked: string[] = [];
    let open = 0;
    const person: Person = {
      async decide(question) {
        asked.push(question);
        open += 1;
        expect(open).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 5));
        open -= 1;
        return { approved: !question.includes('P-2'), by: 'ada', note: 'looks good' };
      },
    };
    const cwd = projectOf({ 'data/parcels.csv': 'parcel\nP-1\nP-2\nP-3\n' });
    const args = ['run', 'belt', '--data', 'data/parcels.csv'];
    const { exitCode, stdout } = await captureReqflo(args, { cwd, person });
    expect(asked.sort()).toEqual(
      [1, 2, 3].map((n) => `? On the belt (row ${n}): Is parcel P-${n} on the belt?`),
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain('2 passed, 1 failed');
  });

  test('is canceled when the terminal is closed', async () => {
    const { exitCode, stdout } = await captureReqflo(['run', 'belt'], {
      cwd: projectOf(),
      person: personWho(undefined),
    });
    expect(exitCode).toBe(6);
    expect(stdout).toContain('canceled');
  });

  test('stops asking when its time is over', async () => {
    let stopped = false;
    const person: Person = {
      decide: (_question, signal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            stopped = true;
            resolve(undefined);
          });
        }),
    };
    const cwd = projectOf({
      'journeys/belt.yaml': belt.replace('    outputs:', '    timeout: 300ms\n    outputs:'),
    });
    const { exitCode, stdout } = await captureReqflo(['run', 'belt'], { cwd, person });
    expect({ exitCode, stopped }).toEqual({ exitCode: 1, stopped: true });
    expect(stdout).toContain('nobody approved or rejected within 300 ms');
  });

  test('is not asked any more what a rejection has ended', async () => {
    const both = `${belt.slice(0, belt.indexOf('  - id: belt'))}  - id: both
    parallel:
      - id: one
        manual: "${expr('inputs.parcel')}?"
      - id: other
        manual: Other?
`;
    const asked: string[] = [];
    const person = personWho({ approved: false, by: 'ada' }, asked);
    const cwd = projectOf({ 'journeys/belt.yaml': both });
    const { exitCode, stdout } = await captureReqflo(['run', 'belt'], { cwd, person });
    expect(asked).toEqual(['? one: P-1?']);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/■ +other +not decided +canceled/);
  });

  test('is refused where nobody is there, before anything is sent', async () => {
    const { exitCode, stdout, stderr } = await captureReqflo(['run', 'belt'], { cwd: projectOf() });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('step "belt" (journeys/belt.yaml:4:9) asks a person');
    expect(stderr).toContain('run it at a terminal');
  });
});
