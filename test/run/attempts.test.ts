import { describe, expect, test } from 'vitest';
import { braced } from '../query/scope.ts';
import { type Reply, type Story, start, type Told, tell } from './journey-run.ts';

/** Runs one step, in YAML, against replies to it. */
function only(step: string, replies: Reply | readonly Reply[], story: Partial<Story> = {}): Promise<Told> {
  const line = /method: POST/.test(step) ? 'POST /' : 'GET /';
  return tell({
    yaml: `steps:\n  - id: only\n${step.trim().replace(/^ */gm, '    ')}\n`,
    replies: { [line]: replies },
    ...story,
  });
}

/** Seconds after the start at which each request was intended. */
function times({ events }: Told): readonly number[] {
  return events.flatMap((event) => (event.type === 'step.started' ? [(event.at - start) / 1000] : []));
}

const get = 'request: { path: / }';
const post = 'request: { method: POST, path: / }';
const ok = 'assertions: [{ status: 200 }]';
const unavailable: Reply = { status: 503 };

describe('retry', () => {
  test('sends again until the step passes; every attempt is in the record', async () => {
    const told = await only(`${get}\nretry: { attempts: 3, delay: 2s }\n${ok}`, [
      unavailable,
      { failed: 'refused' },
      {},
    ]);
    expect(told.ending).toMatchObject({ verdict: { state: 'passed' } });
    expect(times(told)).toEqual([0, 2.01, 4.02]);
    const { state, attempts } = told.step('only');
    expect(state).toBe('passed');
    expect(attempts.map(({ key }) => key)).toEqual(['only#1', 'only#2', 'only#3']);
    expect(attempts.map(({ outcome }) => outcome?.again?.kind)).toEqual(['retry', 'retry', undefined]);
  });

  test('gives up after its attempts, with the last reason', async () => {
    const told = await only(`${get}\nretry: { attempts: 2, delay: 1s }\n${ok}`, [
      unavailable,
      { status: 404 },
    ]);
    expect(told.lines).toHaveLength(2);
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'assertion' } });
    const again = await only(`${get}\nretry: { attempts: 2, delay: 1s }\n${ok}`, { failed: 'timeout' });
    expect(again.lines).toHaveLength(2);
    expect(again.ending).toMatchObject({ verdict: { state: 'failed', reason: 'request' } });
  });

  test.each<[on: string, reply: Reply, sendings: number]>([
    ['[5xx]', unavailable, 2],
    ['[5xx]', { status: 429 }, 1],
    ['[429]', { status: 429 }, 2],
    ['[timeout]', { failed: 'timeout', sent: 'maybe' }, 2],
    ['[connection]', { failed: 'timeout', sent: 'maybe' }, 1],
    ['[connection]', { failed: 'reset', sent: 'maybe' }, 2],
    ['[assertion]', { status: 404 }, 2],
    ['[connection, timeout, 429, 5xx]', { status: 404 }, 1],
  ])('on %s after %j', async (on, reply, sendings) => {
    const told = await only(`${get}\nretry: { attempts: 2, on: ${on} }\n${ok}`, reply);
    expect(told.lines).toHaveLength(sendings);
  });

  test.each<[reply: Reply, sendings: number]>([
    [{ failed: 'reset', sent: 'maybe' }, 1],
    [unavailable, 1],
    [{ failed: 'refused', sent: 'no' }, 2],
  ])('of a POST without a key after %j', async (reply, sendings) => {
    const told = await only(`${post}\nretry: { attempts: 2 }\n${ok}`, reply);
    expect(told.lines).toHaveLength(sendings);
    const withheld =
      'not tried again: a POST is sent a second time only with an idempotencyKey, or where the step says idempotent: true';
    expect(told.evidence('only').notes).toEqual(sendings === 1 ? [withheld] : undefined);
  });

  test('does not wait for longer than maxDelay, however long the answer asks for', async () => {
    const busy = { status: 429, headers: [['retry-after', '3600']] } as const;
    const told = await only(`${get}\nretry: { attempts: 2, maxDelay: 30s }\n${ok}`, busy);
    expect(told.lines).toHaveLength(1);
    const withheld =
      'not tried again: the answer asks to wait 1 h 00 m (Retry-After), longer than the maxDelay of retry, 30.0 s';
    expect(told.evidence('only').notes).toEqual([withheld]);
  });

  test('of a step without assertions goes by the causes alone, and it passes in the end', async () => {
    const told = await only(`${get}\nretry: { attempts: 2 }`, unavailable);
    expect(told.lines).toHaveLength(2);
    expect(told.ending).toMatchObject({ verdict: { state: 'passed' } });
  });

  test('is not asked where the step passes', async () => {
    const told = await only(`${get}\nretry: { attempts: 2 }\nassertions: [{ status: 503 }]`, unavailable);
    expect(told.lines).toHaveLength(1);
  });

  test('follows a 5xx whose outputs are not there', async () => {
    const told = await only(`${get}\nretry: { attempts: 2 }\noutputs: { id: $.id }`, [
      unavailable,
      { json: { id: 1 } },
    ]);
    expect(told.outputs('only')).toEqual({ id: 1 });
    expect(told.ending).toMatchObject({ verdict: { state: 'passed' } });
  });

  test.each<[when: string, sendings: number]>([
    ['response.status == 503', 2],
    ['response.status == 500', 1],
    ['response.body.again', 1],
    ['"outputs.id == 0"', 2],
    ['[{ header: { x-retry: { exists: false } } }]', 2],
    ['[{ status: 503 }, { header: x-retry }]', 1],
  ])('when %s', async (when, sendings) => {
    const step = `${get}\nretry: { attempts: 2, when: ${when} }\noutputs: { id: { body: $.id, default: 0 } }\n${ok}`;
    expect((await only(step, unavailable)).lines).toHaveLength(sendings);
  });

  test('when: what is not there without an answer is no reason', async () => {
    const told = await only(`${get}\nretry: { attempts: 2, when: response.status == 503 }`, {
      failed: 'refused',
    });
    expect(told.lines).toHaveLength(1);
    expect(told.ending).toMatchObject({ verdict: { reason: 'request' } });
  });

  test('waits as long as Retry-After asks, in seconds or until a date', async () => {
    const told = await only(`${get}\nretry: { attempts: 3, delay: 1s }\n${ok}`, [
      { status: 429, headers: [['Retry-After', '7']] },
      { status: 429, headers: [['retry-after', 'Wed, 25 Nov 2026 10:00:20 GMT']] },
      {},
    ]);
    expect(times(told)).toEqual([0, 7.01, 20]);
  });

  test('grows exponentially, with jitter that a resumed run draws again', async () => {
    const step = `${get}\nretry: { attempts: 4, delay: 1s, backoff: exponential, jitter: 0.5 }\n${ok}`;
    const waits = (told: Told): readonly number[] =>
      told
        .step('only')
        .attempts.flatMap(({ outcome }) =>
          outcome?.again === undefined ? [] : [(outcome.again.at - outcome.at) / 1000],
        );
    const first = await only(step, unavailable);
    const drawn = waits(first).map((wait, index) => wait / 2 ** index);
    expect(drawn.every((part) => part >= 0.5 && part <= 1)).toBe(true);
    expect(new Set(drawn).size).toBe(3);
    const cut = first.events.findIndex((event) => event.type === 'step.finished' && event.key === 'only#2');
    const rest = await only(step, unavailable, { history: first.events.slice(0, cut) });
    expect(waits(rest)).toEqual(waits(first));
  });
});

describe('a request that is not safe to repeat', () => {
  test.each<[what: string, step: string, reply: Reply, sendings: number]>([
    ['is sent again where it certainly was not sent', post, { failed: 'refused', sent: 'no' }, 2],
    ['is not where it may have been', post, { failed: 'reset', sent: 'maybe' }, 1],
    ['is not where the answer broke off', post, { failed: 'cutOff', sent: 'yes' }, 1],
    ['is not where it was answered', post, unavailable, 1],
    [
      'is with a key',
      'request: { method: POST, path: /, idempotencyKey: true }',
      { failed: 'reset', sent: 'maybe' },
      2,
    ],
    ["is at the author's word", `${post}\nidempotent: true`, unavailable, 2],
  ])('%s', async (_, step, reply, sendings) => {
    const told = await only(`${step}\nretry: { attempts: 2 }\n${ok}`, reply);
    expect(told.lines).toHaveLength(sendings);
    const keys = told.sent.map(({ headers }) => headers.find(([name]) => name === 'Idempotency-Key')?.[1]);
    expect(new Set(keys).size).toBe(1);
  });
});

describe('poll', () => {
  const pending: Reply = { json: { status: 'pending' } };
  const done: Reply = { json: { status: 'done', id: 7 } };
  const untilDone = `assertions: [{ body: { $.status: done } }]`;

  test('looks until the assertions hold; outputs are those of the last answer', async () => {
    const told = await only(`${get}\npoll: { every: 2s }\noutputs: { status: $.status }\n${untilDone}`, [
      pending,
      pending,
      done,
    ]);
    expect(times(told)).toEqual([0, 2.01, 4.02]);
    expect(told.outputs('only')).toEqual({ status: 'done' });
    expect(told.ending).toMatchObject({ verdict: { state: 'passed' } });
    expect(told.step('only').attempts.map(({ outcome }) => outcome?.again?.kind)).toEqual([
      'poll',
      'poll',
      undefined,
    ]);
  });

  test.each<[what: string, step: string]>([
    ['an absent output', 'outputs: { id: $.id }'],
    ['an absent value in an assertion', `assertions: [{ value: "${braced('response.body.id == 7')}" }]`],
    ['an expression that is false', 'until: response.body.status == "done"'],
    ['an expression that reads what is not there', 'until: response.body.id == 7'],
    ['an expression over an output', `until: "outputs.id == 7"\noutputs: { id: $.id }`],
    ['assertions', 'until: [{ status: 200 }, { body: { $.status: done } }]'],
    ['assertions over what is not there', `until: [{ value: "${braced('response.body.id == 7')}" }]`],
  ])('%s is not yet', async (_, step) => {
    const [until, ...rest] = step.split('\n');
    const given = until?.startsWith('until') ? [`poll: { ${until} }`, ...rest] : ['poll: {}', step];
    const told = await only(`${get}\n${given.join('\n')}`, [pending, pending, done]);
    expect(told.lines).toHaveLength(3);
    expect(told.ending).toMatchObject({ verdict: { state: 'passed' } });
  });

  test('with until: the assertions judge the last answer alone', async () => {
    const step = `${get}\npoll: { until: response.body.status == "done" }\noutputs: { id: $.id }`;
    const told = await only(`${step}\nassertions: [{ value: "${braced('response.body.id')}", equals: 8 }]`, [
      pending,
      done,
    ]);
    expect(told.lines).toHaveLength(2);
    const judged = told
      .step('only')
      .attempts.map(({ evidence }) => evidence?.assertions.map(({ text }) => text));
    expect(judged).toEqual([
      [`${braced('response.body.status == "done"')} true`],
      [`${braced('response.body.id')} 8`],
    ]);
    expect(told.outcome('only')).toMatchObject({ state: 'failed', reason: 'assertion', outputs: { id: 7 } });
    const without = await only(step, [pending, { json: { status: 'done' } }]);
    expect(without.outcome('only')).toMatchObject({ state: 'failed', reason: 'value' });
  });

  test.each([
    ['response.body.missing', [['response.body has no "missing"; it has: status']]],
    [
      '[{ status: 200 }, { body: { $.status: done } }, { body: $.missing }]',
      [[undefined, undefined, 'not there; the body has: status']],
    ],
  ])('until %s: what does not hold is told', async (until, notes) => {
    const step = `${get}\npoll: { attempts: 1, until: ${until} }`;
    const told = await only(step, { json: { status: 'pending' } });
    const { attempts } = told.step('only');
    expect(attempts.map(({ evidence }) => evidence?.assertions.map(({ note }) => note))).toEqual(notes);
    expect(told.outcome('only')).toMatchObject({ state: 'failed', reason: 'unmet' });
  });

  test('that reaches its timeout fails: unmet, with what the last answer gave', async () => {
    const told = await only(
      `${get}\npoll: { every: 2s, timeout: 5s }\noutputs: { status: $.status, id: $.id }\n${untilDone}`,
      pending,
    );
    expect(times(told)).toEqual([0, 2.01, 4.02]);
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'unmet' } });
    expect(told.outcome('only')).toMatchObject({ reason: 'unmet', outputs: { status: 'pending' } });
    expect(told.evidence('only').assertions[0]).toMatchObject({ passed: false, expected: 'done' });
  });

  test('whose outputs never come says which', async () => {
    const told = await only(`${get}\npoll: { attempts: 1 }\noutputs: { id: $.id }`, pending);
    expect(told.outcome('only').reason).toBe('unmet');
    expect(told.evidence('only').error?.message).toBe('output "id": not there; the body has: status');
  });

  test('that reaches its attempts fails: unmet', async () => {
    const told = await only(`${get}\npoll: { every: 1s, attempts: 3, until: "false" }`, pending);
    expect(told.lines).toHaveLength(3);
    expect(told.outcome('only').reason).toBe('unmet');
  });

  test('a soft assertion is not waited for', async () => {
    const told = await only(
      `${get}\npoll: {}\nassertions: [{ status: 200 }, { body: { $.status: done }, soft: true }]`,
      pending,
    );
    expect(told.lines).toHaveLength(1);
  });

  test('a failed sending ends it, unless retry sends again; its attempts count from each look', async () => {
    const broken: Reply = { failed: 'refused' };
    expect((await only(`${get}\npoll: {}\n${untilDone}`, [pending, broken])).ending).toMatchObject({
      verdict: { reason: 'request' },
    });
    const step = `${get}\npoll: { every: 5s, attempts: 3 }\nretry: { attempts: 2, delay: 1s }\n${untilDone}`;
    const told = await only(step, [broken, pending, broken, pending, broken, done]);
    expect(told.ending).toMatchObject({ verdict: { state: 'passed' } });
    expect(told.step('only').attempts.map(({ outcome }) => outcome?.again?.kind)).toEqual([
      'retry',
      'poll',
      'retry',
      'poll',
      'retry',
      undefined,
    ]);
    expect((await only(step, [pending, broken, broken])).lines).toHaveLength(3);
    expect((await only(step, [broken, pending, pending, pending])).lines).toHaveLength(4);
  });

  test('a poll may repeat a request that is not safe: every look was answered', async () => {
    const told = await only(`${post}\npoll: {}\n${untilDone}`, [pending, done]);
    expect(told.lines).toHaveLength(2);
  });

  test('its timeout covers all looks: none gets more time than is left', async () => {
    const slow: Reply = { ...pending, ms: 3000 };
    const told = await only(`${get}\ntimeout: 8s\npoll: { every: 1s, timeout: 10s }\n${untilDone}`, slow);
    expect(told.sent.map(({ timeoutMs }) => timeoutMs)).toEqual([8000, 6000, 2000]);
  });

  test('a look that its end cut off leaves it unmet, and is not tried again', async () => {
    const hung: Reply = { failed: 'timeout', sent: 'maybe', ms: 2000 };
    const told = await only(
      `${get}\npoll: { every: 1s, timeout: 2s }\nretry: { attempts: 5 }\n${untilDone}`,
      hung,
    );
    expect(told.lines).toHaveLength(1);
    expect(told.ending).toMatchObject({ verdict: { reason: 'unmet' } });
    const other = await only(`${get}\npoll: { every: 1s, timeout: 2s }\n${untilDone}`, {
      failed: 'reset',
      sent: 'maybe',
    });
    expect(other.ending).toMatchObject({ verdict: { reason: 'request' } });
    const expected = await only(
      `${get}\npoll: { every: 1s, timeout: 2s }\nassertions: [{ error: timeout }]`,
      hung,
    );
    expect(expected.ending).toMatchObject({ verdict: { state: 'passed' } });
  });

  test('retry does not outlast it', async () => {
    const told = await only(
      `${get}\npoll: { timeout: 5s }\nretry: { attempts: 9, delay: 2s }\n${untilDone}`,
      { failed: 'refused' },
    );
    expect(times(told)).toEqual([0, 2.01, 4.02]);
  });

  test('a look that comes late, after a long sleep of the machine, has its own time', async () => {
    const told = await only(`${get}\npoll: { every: 1s, timeout: 5s }\n${untilDone}`, pending);
    const first = told.events.findIndex((event) => event.type === 'wait.finished');
    const history = told.events
      .slice(0, first)
      .map((event) =>
        'startedAt' in event || event.type === 'step.started' || event.type === 'step.finished'
          ? { ...event, at: event.at - 60_000 }
          : event,
      );
    const moved = history.map((event) =>
      event.type === 'step.finished' && event.key === 'only#1'
        ? { ...event, outcome: { ...event.outcome, startedAt: start - 60_000, at: start - 60_000 } }
        : event,
    );
    const late = await only(`${get}\npoll: { every: 1s, timeout: 5s }\n${untilDone}`, done, {
      history: moved,
    });
    expect(late.sent.map(({ timeoutMs }) => timeoutMs)).toEqual([30_000]);
    expect(late.ending).toMatchObject({ verdict: { state: 'passed' } });
  });
});

describe('attempts', () => {
  test('counts every sending in the step, by retry or poll', async () => {
    const told = await only(
      `${get}\npoll: { every: 1s }\nretry: { attempts: 2 }\nassertions: [{ attempts: { atLeast: 3 } }]\noutputs: { n: attempts }`,
      [{ failed: 'refused' }, {}],
    );
    expect(told.lines).toHaveLength(3);
    expect(told.outputs('only')).toEqual({ n: 3 });
  });
});

describe('an output of error', () => {
  const outputs = `outputs: { why: { error: true, optional: true }, was: { error: true, default: none }, loud: { error: true, filter: [uppercase], optional: true }, said: { value: "${braced("outputs.was + '!'")}" }, id: { body: $.id, optional: true }, kind: { body: $.kind, default: unknown } }`;

  test('is why no answer came', async () => {
    const told = await only(`${get}\n${outputs}\n${ok}`, { failed: 'refused' });
    expect(told.outcome('only')).toMatchObject({ state: 'failed', reason: 'refused' });
    expect(told.outcome('only').outputs).toEqual({
      why: 'refused',
      was: 'refused',
      loud: 'REFUSED',
      said: 'refused!',
    });
  });

  test('is there where the step asserts it, for later steps too', async () => {
    const told = await tell({
      yaml: `
steps:
  - { id: down, request: { path: /down }, outputs: { why: error, took: duration }, assertions: [{ error: reset }] }
  - { id: after, request: { path: "/after/${braced('steps.down.outputs.why')}" }, ${ok} }
`,
      replies: { 'GET /down': { failed: 'reset', sent: 'maybe', ms: 10 } },
    });
    expect(told.outcome('down')).toMatchObject({ state: 'passed', outputs: { why: 'reset', took: 10 } });
    expect(told.lines).toEqual(['GET /down', 'GET /after/reset']);
  });

  test('is not there where an answer came', async () => {
    const told = await only(`${get}\n${outputs}\n${ok}`, { json: { id: 7, kind: 'a' } });
    expect(told.outcome('only').outputs).toEqual({ was: 'none', said: 'none!', id: 7, kind: 'a' });
    const required = await only(`${get}\noutputs: { why: error }\n${ok}`, {});
    expect(required.outcome('only')).toMatchObject({ state: 'failed', reason: 'value' });
    expect(required.evidence('only').error?.message).toBe('output "why": an answer came');
  });

  test('beside which a value cannot be had fails a step that asserts it', async () => {
    const value = `outputs: { seen: { value: "${braced('response.status')}" } }`;
    const told = await only(`${get}\n${value}\nassertions: [{ error: refused }]`, { failed: 'refused' });
    expect(told.outcome('only')).toMatchObject({ state: 'failed', reason: 'value' });
  });
});

describe('a request that got no answer', () => {
  const failures = ['refused', 'reset', 'timeout', 'tls', 'dns', 'cutOff', 'tooLarge', 'protocol'] as const;

  test.each(failures)('fails its step with a reason: %s', async (failed) => {
    const told = await only(`${get}\noutputs: { id: $.id }\n${ok}`, { failed, sent: 'maybe' });
    expect(told.outcome('only')).toMatchObject({ state: 'failed', reason: failed, sent: 'maybe' });
    expect(told.outcome('only')).not.toHaveProperty('outputs');
    expect(told.evidence('only')).toMatchObject({
      assertions: [],
      error: { reason: failed, message: `${failed} by the target` },
    });
    expect(told.evidence('only')).not.toHaveProperty('response');
    expect(told.ending).toMatchObject({ verdict: { state: 'failed', reason: 'request', key: 'only' } });
  });

  test.each<[assertions: string, reply: Reply, outcome: object]>([
    ['{ error: refused }', { failed: 'refused' }, { state: 'passed' }],
    ['{ error: [refused, timeout] }', { failed: 'timeout' }, { state: 'passed' }],
    ['{ error: { exists: true } }', { failed: 'dns' }, { state: 'passed' }],
    ['{ error: refused }', { failed: 'reset' }, { state: 'failed', reason: 'reset' }],
    ['{ error: refused, soft: true }', { failed: 'reset' }, { state: 'failed', reason: 'reset' }],
    ['{ error: { exists: false } }', { failed: 'reset' }, { state: 'failed', reason: 'reset' }],
    ['{ error: { exists: false } }', {}, { state: 'passed' }],
    ['{ error: refused }', {}, { state: 'failed', reason: 'assertion' }],
    [
      '{ error: refused }, { attempts: 1 }, { duration: { lessThan: 1s } }',
      { failed: 'refused' },
      { state: 'passed' },
    ],
    [
      '{ error: refused }, { duration: { lessThan: 1ms } }',
      { failed: 'refused' },
      { state: 'failed', reason: 'assertion' },
    ],
    [
      '{ error: refused }, { duration: { lessThan: 1ms }, soft: true }',
      { failed: 'refused' },
      { state: 'passed' },
    ],
    [
      `{ error: refused }, { value: "${braced("request.method == 'GET'")}" }`,
      { failed: 'refused' },
      { state: 'passed' },
    ],
    [
      `{ error: refused }, { value: "${braced('outputs.gone')}" }`,
      { failed: 'refused' },
      { state: 'failed', reason: 'value' },
    ],
  ])('%s of %j', async (assertions, reply, outcome) => {
    const declared = assertions.includes('outputs.gone')
      ? '\noutputs: { gone: { body: $.gone, optional: true } }'
      : '';
    const told = await only(`${get}\nassertions: [${assertions}]${declared}`, reply);
    expect(told.outcome('only')).toMatchObject(outcome);
  });

  test('that was asserted is not tried again', async () => {
    const told = await only(`${get}\nretry: { attempts: 3 }\nassertions: [{ error: refused }]`, {
      failed: 'refused',
    });
    expect(told.lines).toHaveLength(1);
  });
});
