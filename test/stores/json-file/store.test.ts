import { chmod, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ExactNumber } from '../../../src/query/value.ts';
import { createRunId } from '../../../src/stores/ids.ts';
import { sealHidden } from '../../../src/stores/json-file/hidden.ts';
import { LostRunError } from '../../../src/stores/log.ts';
import type { JournalLine } from '../../../src/stores/store.ts';
import { FaultFiles } from './fault-files.ts';
import {
  artifactDigest,
  artifactText,
  everyFile,
  finished,
  newRun,
  openStore,
  recordRun,
  runFinished,
  started,
  temporaryFolder,
} from './sample.ts';

describe('a new run', () => {
  test('is there with all its files, and after a restart', async () => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    const run = newRun();
    const { id } = run.request;
    expect(await store.create(run)).toBe('created');
    const files = await readdir(join(dir, 'runs', id));
    expect(files.sort()).toEqual(['journal.jsonl', 'key.json', 'run.json']);
    expect(await readdir(join(dir, 'artifacts'))).toEqual([`${artifactDigest}.json`]);
    expect((await stat(join(dir, 'runner.key'))).mode & 0o777).toBe(0o600);
    const before = store.get(id);
    expect(before).toMatchObject({ epoch: 0, seq: 1, record: { state: 'queued', request: run.request } });
    expect(before?.record.steps.map(({ key }) => key)).toEqual(['login', 'pay']);
    await store.close();
    const again = await openStore(dir);
    expect(again.get(id)).toEqual(before);
    expect(await again.artifact(artifactDigest)).toBe(artifactText);
  });

  test('sent again is the same run; another content of its id is a conflict', async () => {
    const store = await openStore(await temporaryFolder());
    const outputs = { total: new ExactNumber('10.0') };
    const outcome = { state: 'passed', sent: 'yes', startedAt: 1, at: 2, outputs } as const;
    const kept = [{ key: 'login', outcome, hidden: { outputs: { token: 'abc' } } }];
    const run = newRun({ kept, secrets: { PASSWORD: 'hunter2' } });
    expect(await Promise.all([store.create(run), store.create(run)])).toEqual(['created', 'exists']);
    const { request } = run;
    expect(await store.create({ ...run, request: { ...request, createdAt: 1 } })).toBe('exists');
    expect(await store.create({ ...run, request: { ...request, seed: 'other' } })).toBe('conflict');
    expect(await store.create({ ...run, secrets: { PASSWORD: 'other' } })).toBe('conflict');
    expect(await store.create({ ...run, kept: [] })).toBe('conflict');
    expect(store.list()).toHaveLength(1);
  });

  test.each(['', 'run_1', '../escape', `run_${'8'.repeat(26)}`])('is refused with the id %j', async (id) => {
    const store = await openStore(await temporaryFolder());
    await expect(store.create(newRun({}, { id }))).rejects.toMatchObject({ code: 'bad-run-id' });
  });

  test('is refused with an artifact of another digest', async () => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    const run = newRun({}, { artifact: 'a'.repeat(64) });
    await expect(store.create(run)).rejects.toMatchObject({ code: 'bad-artifact' });
    expect(await readdir(join(dir, 'runs'))).toEqual([]);
  });

  test('that finds no room leaves nothing, and may be sent again', async () => {
    const dir = await temporaryFolder();
    const files = new FaultFiles();
    const store = await openStore(dir, files);
    files.on = '';
    const run = newRun();
    const made = async (room: number): Promise<boolean> => {
      files.room = room;
      return (await store.create(run).catch(String)) === 'created';
    };
    let tries = 0;
    for (let room = 0; !(await made(room)); room += 40) {
      tries += 1;
      await expect(store.create(run)).rejects.toThrow(/ENOSPC/);
      expect(await readdir(join(dir, 'runs'))).toEqual([]);
      expect((await readdir(join(dir, 'artifacts'))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    }
    expect(tries).toBeGreaterThan(20);
    files.room = Number.POSITIVE_INFINITY;
    expect(await store.create(run)).toBe('exists');
    expect(await store.verify(run.request.id)).toMatchObject({ ok: true });
  });

  test('puts a damaged artifact back', async () => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    await store.create(newRun());
    const path = join(dir, 'artifacts', `${artifactDigest}.json`);
    await chmod(path, 0o644);
    await writeFile(path, artifactText.replace('checkout', 'checkin '));
    await expect(store.artifact(artifactDigest)).rejects.toMatchObject({ code: 'damaged-artifact' });
    await store.create(newRun());
    expect(await store.artifact(artifactDigest)).toBe(artifactText);
  });
});

describe('a pass', () => {
  test('gets everything recorded, and its lines reach followers after their sync', async () => {
    const store = await openStore(await temporaryFolder());
    const run = newRun({ secrets: { PASSWORD: 'hunter2' } });
    const { id } = run.request;
    await store.create(run);
    const told: JournalLine[] = [];
    const unsubscribe = store.subscribe(id, (line) => told.push(line));
    const first = await store.claim(id, 'worker-1', undefined);
    expect(first).toMatchObject({ id, epoch: 1, artifact: artifactText, secrets: { PASSWORD: 'hunter2' } });
    const hidden = { outputs: { token: 'abc', total: new ExactNumber('10.0') } };
    const line = await store.append(id, 1, [started, sealHidden(first.key, finished('login', { hidden }))]);
    expect(line).toMatchObject({ seq: 3, epoch: 1, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(told).toEqual(await store.lines(id, 1));
    unsubscribe();
    const second = await store.claim(id, 'worker-2', 'worker-1 died');
    expect(told).toHaveLength(2);
    expect(second.epoch).toBe(2);
    expect(second.history.at(-1)).toMatchObject({ type: 'run.started', epoch: 2, after: 'worker-1 died' });
    expect(second.history.find(({ type }) => type === 'step.finished')).toStrictEqual(
      finished('login', { hidden }),
    );
    expect(store.get(id)?.record.steps[0]).toMatchObject({ key: 'login', state: 'passed' });
  });

  test('of an old epoch, or of a finished run, is lost', async () => {
    const store = await openStore(await temporaryFolder());
    const id = await recordRun(store, 'open');
    await store.claim(id, 'worker-2', 'worker-1 died');
    const before = await store.lines(id, 0);
    for (const epoch of [0, 1, 3]) {
      await expect(store.append(id, epoch, [started])).rejects.toThrow(LostRunError);
    }
    expect(await store.lines(id, 0)).toEqual(before);
    await store.append(id, 2, [runFinished]);
    await expect(store.append(id, 2, [started])).rejects.toThrow(LostRunError);
    await expect(store.claim(id, 'worker-3', undefined)).rejects.toThrow(LostRunError);
  });

  test('of an old epoch is lost also when it asked while the claim was under way', async () => {
    const store = await openStore(await temporaryFolder());
    const id = await recordRun(store, 'open');
    const claim = store.claim(id, 'worker-2', undefined);
    await new Promise(setImmediate);
    await expect(store.append(id, 1, [started])).rejects.toThrow(LostRunError);
    await claim;
  });

  test('may not write behind the end, nor nothing', async () => {
    const store = await openStore(await temporaryFolder());
    const id = await recordRun(store, 'open');
    await expect(store.append(id, 1, [runFinished, started])).rejects.toMatchObject({ code: 'bad-events' });
    await expect(store.append(id, 1, [])).rejects.toMatchObject({ code: 'bad-events' });
  });

  test('gets the newest secrets of a resumed run', async () => {
    const store = await openStore(await temporaryFolder());
    const run = newRun({ secrets: { A: 'old', B: 'kept' } });
    const { id } = run.request;
    await store.create(run);
    await store.claim(id, 'worker-1', undefined);
    await store.append(id, 1, [started, { type: 'run.interrupted', at: 5, reason: 'died', keys: ['login'] }]);
    expect(store.get(id)?.record.state).toBe('interrupted');
    const line = await store.resume(id, 'me', ['login'], { A: 'new' });
    expect(line.events).toMatchObject([{ type: 'run.resumed', by: 'me', sendAgain: ['login'] }]);
    expect(await store.secrets(id)).toEqual({ A: 'new', B: 'kept' });
    expect((await store.claim(id, 'worker-2', undefined)).secrets).toEqual({ A: 'new', B: 'kept' });
  });
});

describe('a finished run', () => {
  test('is sealed, folded, and the same after a restart', async () => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    const id = await recordRun(store, 'finished');
    const path = join(dir, 'runs', id, 'record.json');
    expect((await stat(path)).mode & 0o777).toBe(0o444);
    const whole = store.get(id);
    expect(whole?.record.steps[0]?.attempts[0]).toMatchObject({ evidence: { durationMs: 10 } });
    expect(store.list()[0]?.record.steps[0]?.attempts[0]).not.toHaveProperty('evidence');
    await store.close();
    const written = await readFile(path);
    await rm(path);
    const again = await openStore(dir);
    expect(again.get(id)).toEqual(whole);
    expect(await readFile(path)).toEqual(written);
    expect(await again.verify(id)).toMatchObject({ ok: true, sealed: true, lines: 4 });
  });

  test('is linked to its retries without a change to what is sealed', async () => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    const id = await recordRun(store, 'finished');
    const sealed = await everyFile(join(dir, 'runs', id));
    const [first, second] = [createRunId(1), createRunId(1)];
    await Promise.all([store.link(id, first), store.link(id, second), store.link(id, second)]);
    await store.close();
    const again = await openStore(dir);
    expect(again.get(id)?.record.retriedBy).toBe(second);
    expect(again.list()[0]?.record.retriedBy).toBe(second);
    const files = await everyFile(join(dir, 'runs', id));
    for (const [path, bytes] of sealed) expect(files.get(path)).toEqual(bytes);
    const document = JSON.parse(String(files.get(join(dir, 'runs', id, 'retried-by.json'))));
    expect(document.runs).toEqual([first, second]);
  });

  test('whose record found no room is finished all the same, and folded at the next start', async () => {
    const dir = await temporaryFolder();
    const files = new FaultFiles();
    files.on = '.tmp';
    const store = await openStore(dir, files);
    const id = await recordRun(store, 'open');
    files.room = 0;
    await store.append(id, 1, [runFinished]);
    expect(store.get(id)?.record).toMatchObject({ state: 'passed' });
    expect(store.get(id)?.record.steps[0]?.attempts[0]).toHaveProperty('evidence');
    files.room = Number.POSITIVE_INFINITY;
    await store.close();
    const again = await openStore(dir);
    expect(await readdir(join(dir, 'runs', id))).toContain('record.json');
    expect(again.get(id)?.record.state).toBe('passed');
  });
});

test('secrets lie in no file in plain', async () => {
  const dir = await temporaryFolder();
  const store = await openStore(dir);
  const hidden = { outputs: { token: 'plain-token' }, cookies: [{ session: 'plain-cookie' }] };
  const outcome = { state: 'passed', sent: 'yes', startedAt: 1, at: 2 } as const;
  const kept = [{ key: 'login', outcome, hidden: { outputs: { token: 'plain-kept' } } }];
  const run = newRun({ kept, secrets: { PASSWORD: 'plain-password' } });
  const { id } = run.request;
  await store.create(run);
  const { key } = await store.claim(id, 'worker-1', undefined);
  await store.append(id, 1, [{ type: 'run.interrupted', at: 5, reason: 'died', keys: [] }]);
  await store.resume(id, 'me', [], { PASSWORD: 'plain-newer' });
  // The second one comes unsealed, as from a pass in this process.
  await store.append(id, 1, [sealHidden(key, finished('login', { hidden }))]);
  await store.append(id, 1, [finished('pay', { hidden }), runFinished]);
  const runKey = Buffer.from(key, 'base64');
  const files = [...(await everyFile(dir))];
  expect(files.length).toBeGreaterThan(6);
  for (const [path, bytes] of files) {
    expect({ path, plain: bytes.includes('plain-') }).toEqual({ path, plain: false });
    expect({ path, key: bytes.includes(key) || bytes.includes(runKey) }).toEqual({ path, key: false });
  }
  const history = await store.history(id);
  expect(history.filter((event) => event.type === 'step.finished' && event.hidden)).toHaveLength(2);
  expect(history[0]).toMatchObject({ kept });
});

test('without its key a run can be shown, and says what is missing', async () => {
  const dir = await temporaryFolder();
  const store = await openStore(dir);
  const id = await recordRun(store, 'finished');
  await rm(join(dir, 'runs', id, 'key.json'));
  expect(store.get(id)?.record.state).toBe('passed');
  expect(await store.verify(id)).toMatchObject({ ok: true });
  await expect(store.history(id)).rejects.toMatchObject({ code: 'key-missing' });
});

test('lines are read whole while others are written', async () => {
  const store = await openStore(await temporaryFolder());
  const id = await recordRun(store, 'open');
  const appends = Array.from({ length: 50 }, (_, at) =>
    store.append(id, 1, [{ type: 'note.added', at, key: `note ${at}`, text: 'n'.repeat(50_000) }]),
  );
  let writing = true;
  const written = Promise.all(appends).finally(() => {
    writing = false;
  });
  while (writing) {
    const before = store.get(id)?.seq ?? 0;
    expect((await store.lines(id, 0)).length).toBeGreaterThanOrEqual(before);
  }
  await written;
  expect(await store.lines(id, 0)).toHaveLength(54);
});

describe('a full disk', () => {
  test('refuses with a clear error, loses nothing, and the next pass goes on when there is room', async () => {
    const dir = await temporaryFolder();
    const files = new FaultFiles();
    const store = await openStore(dir, files);
    const id = await recordRun(store, 'open');
    const before = await store.lines(id, 0);
    files.room = 30;
    await expect(store.append(id, 1, [finished('pay')])).rejects.toThrow(
      /the disk is full \(ENOSPC\).*free some space/,
    );
    await expect(store.claim(id, 'worker-2', undefined)).rejects.toThrow(/ENOSPC/);
    expect(await store.lines(id, 0)).toEqual(before);
    files.room = Number.POSITIVE_INFINITY;
    const claim = await store.claim(id, 'worker-3', 'the disk was full');
    await store.append(id, claim.epoch, [finished('pay'), runFinished]);
    expect(await store.verify(id)).toMatchObject({ ok: true, sealed: true, lines: 6 });
  });
});

test('after a failed sync the store tells once and refuses everything', async () => {
  const dir = await temporaryFolder();
  const files = new FaultFiles();
  const fatal: Error[] = [];
  const store = await openStore(dir, files, (error) => fatal.push(error));
  const id = await recordRun(store, 'open');
  files.syncFails = true;
  const refused = { code: 'sync-failed' };
  await expect(store.append(id, 1, [finished('pay')])).rejects.toMatchObject(refused);
  files.syncFails = false;
  await expect(store.append(id, 1, [finished('pay')])).rejects.toMatchObject(refused);
  await expect(store.claim(id, 'worker-2', undefined)).rejects.toMatchObject(refused);
  await expect(store.create(newRun())).rejects.toMatchObject(refused);
  expect(fatal).toHaveLength(1);
});

test('a folder of another format is left as it is', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, 'FORMAT'), 'reqflo-store/2\n');
  await expect(openStore(dir)).rejects.toMatchObject({ code: 'format-unknown' });
  expect(await readdir(dir)).toEqual(['FORMAT']);
});

test('a second store in the same folder is refused until the first one is closed', async () => {
  const dir = await temporaryFolder();
  const store = await openStore(dir);
  await expect(openStore(dir)).rejects.toMatchObject({ code: 'folder-owned' });
  await store.close();
  await store.close();
  await expect(store.claim('run_x', 'worker-1', undefined)).rejects.toMatchObject({ code: 'closed' });
  await (await openStore(dir)).close();
});

test('runs are listed newest first, and what is no run is left alone', async () => {
  const dir = await temporaryFolder();
  const store = await openStore(dir);
  const ids = [
    await recordRun(store, 'open'),
    await recordRun(store, 'finished'),
    await recordRun(store, 'open'),
  ];
  expect(store.list().map(({ record }) => record.request.id)).toEqual(ids.toReversed());
  await store.close();
  await writeFile(join(dir, 'runs', '.DS_Store'), '');
  const again = await openStore(dir);
  expect(again.list().map(({ record }) => record.request.id)).toEqual(ids.toReversed());
  expect(again.get('run_x')).toBeUndefined();
});
