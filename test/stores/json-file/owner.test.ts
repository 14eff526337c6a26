import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'rolldown';
import { describe, expect, onTestFinished, test } from 'vitest';
import { diskFiles } from '../../../src/stores/json-file/files.ts';
import { takeOwnership } from '../../../src/stores/json-file/owner.ts';
import {
  identifyProcess,
  isDead,
  type ProcessIdentity,
} from '../../../src/stores/json-file/process-identity.ts';
import { temporaryFolder } from './sample.ts';

const owned = expect.objectContaining({ code: 'folder-owned' });

/** Node 20 reads no TypeScript: the rival as a program. */
async function buildRival(): Promise<string> {
  const file = join(await temporaryFolder(), 'rival.mjs');
  const input = join(import.meta.dirname, 'rival.ts');
  await build({ input, platform: 'node', logLevel: 'warn', output: { file, format: 'esm' } });
  return file;
}

/** A process that tries to take the folder when told so, and says what came of it. */
async function startRival(program: string, folder: string): Promise<ChildProcess> {
  const rival = fork(program, [folder], { stdio: 'inherit' });
  onTestFinished(() => void rival.kill('SIGKILL'));
  await once(rival, 'message');
  return rival;
}

async function race(rivals: readonly ChildProcess[]): Promise<readonly string[]> {
  const answers = rivals.map(async (rival) => {
    const answer = once(rival, 'message');
    rival.send('go');
    return String((await answer)[0]);
  });
  return Promise.all(answers);
}

describe('a folder', () => {
  test('has one owner, who may leave it', async () => {
    const folder = await temporaryFolder();
    const first = await takeOwnership(diskFiles, folder);
    await expect(takeOwnership(diskFiles, folder)).rejects.toThrow(owned);
    await first.release();
    const second = await takeOwnership(diskFiles, folder);
    expect([first.term, second.term]).toEqual([1, 2]);
    expect(await readdir(folder)).toEqual(['owner.2']);
  });

  test('goes to one of those who race for it, and after its death to one of them again', async () => {
    const folder = await temporaryFolder();
    const program = await buildRival();
    const start = (): Promise<ChildProcess> => startRival(program, folder);
    const rivals = await Promise.all(Array.from({ length: 4 }, start));
    for (let round = 1; round <= 3; round++) {
      const answers = await race(rivals);
      expect(answers.filter((answer) => answer === `owner ${round}`)).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'folder-owned')).toHaveLength(rivals.length - 1);
      const [winner] = rivals.splice(answers.indexOf(`owner ${round}`), 1);
      winner?.kill('SIGKILL');
      await once(winner as ChildProcess, 'exit');
      rivals.push(await start());
    }
  });

  test('keeps an owner that nobody can judge', async () => {
    const folder = await temporaryFolder();
    const elsewhere: ProcessIdentity = { pid: 999_999_999, host: 'another.example' };
    await writeFile(join(folder, 'owner.7'), JSON.stringify(elsewhere));
    await expect(takeOwnership(diskFiles, folder)).rejects.toThrow(/another\.example.*remove the file/);
    expect(await readdir(folder)).toEqual(['owner.7']);
  });

  test('is not taken where the owner file cannot be read', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'owner.1'), '{"pid":');
    await expect(takeOwnership(diskFiles, folder)).rejects.toThrow(/owner\.1/);
    expect(await readFile(join(folder, 'owner.1'), 'utf8')).toBe('{"pid":');
  });
});

describe('a process', () => {
  test.runIf(process.platform === 'linux')('is known by more than its number', async () => {
    const self = await identifyProcess();
    expect(self).toEqual({
      pid: process.pid,
      host: expect.any(String),
      startedAt: expect.stringMatching(/^\d+$/),
      bootId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      pidNamespace: expect.stringMatching(/^pid:/),
    });
    expect(await isDead(self)).toBe(false);
    expect(await isDead({ ...self, startedAt: '1' })).toBe(true);
    expect(await isDead({ ...self, pid: 999_999_999 })).toBe(true);
    expect(await isDead({ ...self, bootId: 'before' })).toBe(true);
  });

  test('is never dead elsewhere, whatever else it says', async () => {
    const gone = { ...(await identifyProcess()), pid: 999_999_999, startedAt: '1', bootId: 'before' };
    expect(await isDead(gone)).toBe(true);
    expect(await isDead({ ...gone, host: 'another.example' })).toBe(false);
    expect(await isDead({ ...gone, pidNamespace: 'pid:[1]' })).toBe(false);
  });

  test('without a start time lives as long as there is one of its number', async () => {
    const { startedAt: _, ...self } = await identifyProcess();
    expect(await isDead(self)).toBe(false);
    expect(await isDead({ ...self, pid: 999_999_999 })).toBe(true);
  });
});
