import { afterEach, expect, test } from 'vitest';
import { openJsonFileStore } from '../../src/stores/json-file/store.ts';
import { isAlive } from './processes.ts';
import { killSurely, openSandbox, type Sandbox, until } from './sandbox.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const items = 'POST /carts/:id/items';
const checkout = 'POST /carts/:id/checkout';

/** The id of the run that a command has just dispatched. */
function onlyRun(): string {
  const [id, second] = sandbox.runIds();
  if (id === undefined || second !== undefined) throw new Error('there is not exactly one run');
  return id;
}

function requestsTo(pattern: string): Sandbox['shop']['requests'] {
  return sandbox.shop.requests.filter((one) => `${one.method} ${one.pattern}` === pattern);
}

function passesOf(id: string): readonly (string | undefined)[] {
  return sandbox.events(id).flatMap((event) => (event.type === 'run.started' ? [event.after] : []));
}

test('a worker killed while a request with an idempotency key is on its way: sent again, carried out once', async () => {
  sandbox = await openSandbox();
  await sandbox.hold(checkout);
  const run = sandbox.start('run', 'checkout-flow', '--cloud');
  await sandbox.held();
  const id = onlyRun();
  await killSurely(sandbox.workerOf(id));
  const { exitCode, stdout } = await run.ended;

  expect(exitCode, stdout).toBe(0);
  expect(stdout).toMatch(/recovered once/);
  expect(passesOf(id)).toEqual([undefined, expect.stringMatching(/^worker \d+ died$/)]);
  const [first, second, ...more] = requestsTo(checkout);
  expect(more).toEqual([]);
  expect(first?.idempotencyKey).toMatch(/./);
  expect(second?.idempotencyKey).toBe(first?.idempotencyKey);
  expect([first?.replayed, second?.replayed]).toEqual([false, true]);
  expect((await sandbox.run('verify', id)).exitCode).toBe(0);
});

async function interruptUnkeyed(): Promise<{ id: string; exitCode: number | undefined; stdout: string }> {
  await sandbox.hold(items);
  const run = sandbox.start('run', 'unkeyed', '--cloud');
  await sandbox.held();
  const id = onlyRun();
  await killSurely(sandbox.workerOf(id));
  return { id, ...(await run.ended) };
}

test('a worker killed while an unsafe request is on its way: interrupted, explained, and sent again on a word', async () => {
  sandbox = await openSandbox();
  const { id, exitCode, stdout } = await interruptUnkeyed();

  expect(exitCode).toBe(8);
  const cart = /\/carts\/c_\d+/.exec(stdout)?.[0];
  const worker = sandbox.events(id).findLast((event) => event.type === 'run.started')?.after;
  expect(stdout.slice(stdout.indexOf('interrupted'))).toBe(
    `interrupted · ${worker} while POST ${cart}/items was on its way
  The service "shop" may have carried out POST ${cart}/items: the request is not safe to send again, and it had no idempotency key.
  Look there first. Then
    reqflo retry ${id} --from-failed   send it again and go on
    reqflo cancel ${id}                stop here and clean up
`,
  );
  expect(requestsTo(items)).toHaveLength(1);
  expect(requestsTo('DELETE /carts/:id')).toEqual([]);
  // Asking again changes nothing.
  expect((await sandbox.run('wait', id)).exitCode).toBe(8);

  const retry = await sandbox.run('retry', id, '--from-failed');
  expect(retry.exitCode, retry.stdout + retry.stderr).toBe(0);
  // A person's word is no recovery.
  expect(retry.stdout).toMatch(/ · recovered once · /);
  expect(retry.stderr).toContain(`sending again, although it may have arrived: addItem, POST`);
  expect(requestsTo(items)).toHaveLength(2);
  expect(requestsTo('POST /carts')).toHaveLength(1);
  expect(requestsTo('DELETE /carts/:id')).toHaveLength(1);
  expect(sandbox.runIds()).toEqual([id]);
  expect((await sandbox.run('verify', id)).stdout).toContain('intact, sealed');
});

test('an interrupted run that is canceled cleans up, and sends nothing else', async () => {
  sandbox = await openSandbox();
  const { id } = await interruptUnkeyed();
  const cancel = await sandbox.run('cancel', id);
  expect(cancel).toMatchObject({ exitCode: 0, stdout: `${id}\n` });
  const wait = await sandbox.run('wait', id, '--json');

  expect(wait.exitCode).toBe(6);
  const [run] = (
    JSON.parse(wait.stdout) as { runs: { state: string; steps: { key: string; state: string }[] }[] }
  ).runs;
  expect(run?.state).toBe('canceled');
  expect(run?.steps.map(({ key, state }) => [key, state])).toEqual([
    ['login', 'passed'],
    ['createCart', 'passed'],
    ['addItem', 'unknown'],
    ['look', 'pending'],
    ['createCart/dropCart', 'passed'],
  ]);
  expect(requestsTo(items)).toHaveLength(1);
  expect(requestsTo('DELETE /carts/:id')).toHaveLength(1);
});

test('a cancel of an interrupted run that the runner did not live to carry out is carried out by the next', async () => {
  sandbox = await openSandbox();
  const { id } = await interruptUnkeyed();
  await killSurely(sandbox.runner()?.pid ?? 0);
  await until('the end of its workers', () => !sandbox.workers().some(({ pid }) => isAlive(pid)));
  const onFatal = (error: Error): never => {
    throw error;
  };
  const store = await openJsonFileStore({ dir: sandbox.store, now: Date.now, onFatal });
  const { epoch = 0 } = store.get(id) ?? {};
  await store.append(id, epoch, [{ type: 'run.cancelRequested', at: Date.now(), by: 'me' }]);
  await store.close();

  expect((await sandbox.run('wait', id)).exitCode).toBe(6);
  expect(requestsTo(items)).toHaveLength(1);
  expect(requestsTo('DELETE /carts/:id')).toHaveLength(1);
});

test('an interrupted run retried from the start is cleaned up and superseded by a linked run', async () => {
  sandbox = await openSandbox();
  const { id } = await interruptUnkeyed();
  const retry = await sandbox.run('retry', id, '--from-start', '--json');

  expect(retry.exitCode, retry.stderr).toBe(0);
  const [next] = (JSON.parse(retry.stdout) as { runs: { id: string; retryOf: string }[] }).runs;
  expect(next?.retryOf).toBe(id);
  const before = JSON.parse((await sandbox.run('status', id, '--json')).stdout) as {
    runs: { state: string; reason: string; retriedBy: string }[];
  };
  expect(before.runs[0]).toMatchObject({ state: 'canceled', reason: 'superseded', retriedBy: next?.id });
  expect(requestsTo('DELETE /carts/:id')).toHaveLength(2);
  expect(requestsTo(items)).toHaveLength(2);
});

test('a run that three workers died of is interrupted; a word begins the count anew', async () => {
  sandbox = await openSandbox();
  await sandbox.hold('GET /catalogue', 5);
  const run = sandbox.start('run', 'reads', '--cloud');
  await sandbox.held();
  const id = onlyRun();
  const killed: number[] = [];
  for (let death = 1; death <= 3; death++) {
    await until(`pass ${death}`, () => passesOf(id).length === death);
    const pid = sandbox.workerOf(id);
    await until(`request ${death}`, () => requestsTo('GET /catalogue').length === death);
    await killSurely(pid);
    killed.push(pid);
  }
  const { exitCode, stdout } = await run.ended;

  expect(exitCode, stdout).toBe(8);
  expect(stdout).toMatch(/interrupted · 3 workers died without a new checkpoint/);
  expect(new Set(killed).size).toBe(3);
  expect(killed.some(isAlive)).toBe(false);

  // Two more may die now.
  const retry = sandbox.start('retry', id);
  for (let death = 4; death <= 5; death++) {
    await until(`request ${death}`, () => requestsTo('GET /catalogue').length === death);
    await killSurely(sandbox.workerOf(id));
  }
  expect((await retry.ended).exitCode).toBe(0);
  expect(passesOf(id).map((after) => after?.replace(/\d+/, 'n'))).toEqual([
    undefined,
    'worker n died',
    'worker n died',
    'a person said to go on',
    'worker n died',
    'worker n died',
  ]);
});
