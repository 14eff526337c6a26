import { appendFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRunnerKey } from '../../../src/stores/json-file/keys.ts';
import { runPaths, runsFolder } from '../../../src/stores/json-file/layout.ts';
import { recoverRuns } from '../../../src/stores/json-file/recovery.ts';
import { verifyRun } from '../../../src/stores/json-file/verify.ts';
import { PowerCutDisk } from './power-cut-disk.ts';
import { openStore, recordRun, started, temporaryFolder } from './sample.ts';

describe('a journal that was damaged', () => {
  const dir = '/data';

  async function recorded(end: 'open' | 'finished') {
    const disk = new PowerCutDisk();
    const store = await openStore(dir, disk);
    const paths = runPaths(join(runsFolder(dir), await recordRun(store, end)));
    await store.close();
    const runnerKey = await openRunnerKey(disk, dir);
    const recover = async () => {
      const [run] = await recoverRuns({ files: disk, folder: dir, runnerKey });
      return { seq: run?.summary().seq, corrupt: run?.corrupt };
    };
    const torn = join(paths.folder, 'torn.1');
    return { disk, paths, torn, recover, sound: disk.readNow(paths.journal) };
  }

  test.each(['open', 'finished'] as const)(
    'in any byte of a run that is %s is cut or marked',
    async (end) => {
      const { disk, paths, torn, recover, sound } = await recorded(end);
      const lastLine = sound.lastIndexOf('\n', -2) + 1;
      for (let at = 0; at < sound.length; at += 1) {
        const damaged = Buffer.from(sound);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
        disk.put(paths.journal, damaged);
        const run = await recover();
        const { ok } = await verifyRun(disk, dir, paths);
        if (end === 'open' && at >= lastLine && damaged[at] !== 0x0a) {
          expect({ at, ok, ...run }).toEqual({ at, ok: true, corrupt: undefined, seq: 3 });
          expect(disk.readNow(torn)).toEqual(damaged.subarray(lastLine));
          expect(disk.readNow(paths.journal)).toEqual(sound.subarray(0, lastLine));
          await disk.remove(torn);
        } else {
          const corrupt = expect.stringMatching(/^line \d: /);
          expect({ at, ok, ...run }).toEqual({ at, ok: false, corrupt, seq: expect.any(Number) });
          expect(disk.readNow(paths.journal).equals(damaged)).toBe(true);
        }
      }
    },
  );

  test.each(['open', 'finished'] as const)(
    'by a cut anywhere in a run that is %s goes on or is marked',
    async (end) => {
      const { disk, paths, torn, recover, sound } = await recorded(end);
      for (let length = 0; length < sound.length; length += 1) {
        disk.put(paths.journal, sound.subarray(0, length));
        const whole = sound.subarray(0, length).toString('latin1').split('\n').length - 1;
        // The first line was synced before the folder had its name.
        const corrupt = end === 'finished' || whole === 0 ? expect.any(String) : undefined;
        expect({ length, ...(await recover()) }).toEqual({ length, seq: whole, corrupt });
        await disk.remove(torn);
      }
    },
  );

  test('is shown, never resumed, and nothing of it is dropped', async () => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    const [id, other] = [await recordRun(store, 'open'), await recordRun(store, 'open')];
    await store.close();
    const path = join(dir, 'runs', id, 'journal.jsonl');
    const bytes = await readFile(path);
    bytes[bytes.indexOf('worker-1')] = 0x57;
    await writeFile(path, bytes);
    const again = await openStore(dir);
    const refused = { code: 'damaged-run' };
    await expect(again.claim(id, 'worker-2', undefined)).rejects.toMatchObject(refused);
    await expect(again.append(id, 1, [started])).rejects.toMatchObject(refused);
    await expect(again.resume(id, 'me', [], {})).rejects.toMatchObject(refused);
    expect(again.get(id)).toMatchObject({ corrupt: expect.stringContaining('line 2'), seq: 1 });
    expect(await again.lines(id, 0)).toHaveLength(1);
    expect(await again.verify(id)).toMatchObject({ ok: false, line: 2 });
    expect(await readFile(path)).toEqual(bytes);
    expect((await again.claim(other, 'worker-2', undefined)).epoch).toBe(2);
  });

  test.each([
    ['the journal', 'journal.jsonl'],
    ['the header', 'run.json'],
  ])('or whose folder has lost %s keeps nobody from starting', async (_, name) => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    const [id, other] = [await recordRun(store, 'open'), await recordRun(store, 'finished')];
    await store.close();
    await rm(join(dir, 'runs', id, name));
    await mkdir(join(dir, 'runs', other, 'torn.1'));
    const again = await openStore(dir);
    expect(again.get(id)?.corrupt).toBeDefined();
    expect(again.get(id)?.record.request.id).toBe(id);
    expect(await again.verify(id)).toMatchObject({ ok: false, line: 1 });
    expect(again.get(other)?.corrupt).toBeUndefined();
  });

  test('while the store is open is found by verify', async () => {
    const dir = await temporaryFolder();
    const store = await openStore(dir);
    const [open, done] = [await recordRun(store, 'open'), await recordRun(store, 'finished')];
    expect(await store.verify(open)).toMatchObject({ ok: true, sealed: false, lines: 4 });
    const sealed = await store.verify(done);
    expect(sealed).toMatchObject({ ok: true, sealed: true, hash: (await store.lines(done, 3))[0]?.hash });
    for (const id of [open, done]) {
      const path = join(dir, 'runs', id, 'journal.jsonl');
      const bytes = await readFile(path);
      const changed = Buffer.from(bytes);
      changed[bytes.length - 9] = (changed[bytes.length - 9] ?? 0) ^ 1;
      await writeFile(path, changed);
      expect(await store.verify(id)).toMatchObject({ ok: false, line: 4 });
      await expect(store.lines(id, 0)).rejects.toMatchObject({ code: 'damaged-run' });
      await truncate(path, bytes.length - 1);
      expect(await store.verify(id)).toMatchObject({ ok: false, line: 4 });
      await writeFile(path, bytes);
      expect(await store.verify(id)).toMatchObject({ ok: true });
    }
    await appendFile(join(dir, 'runs', done, 'journal.jsonl'), '\n');
    expect(await store.verify(done)).toMatchObject({ ok: false, line: 5 });
  });
});
