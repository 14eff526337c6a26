import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readJournal, startOf } from '../../../src/stores/json-file/journal.ts';
import { JournalWriter } from '../../../src/stores/json-file/journal-writer.ts';
import { guardSyncs } from '../../../src/stores/json-file/sync-guard.ts';
import { LostRunError } from '../../../src/stores/log.ts';
import type { JournalLine } from '../../../src/stores/store.ts';
import { FaultFiles } from './fault-files.ts';
import { finished, runFinished, started, temporaryFolder } from './sample.ts';

const header = Buffer.from('header');
const cancel = { type: 'run.cancelRequested', at: 1, by: 'me' } as const;
const full = expect.objectContaining({ code: 'write-failed', message: expect.stringContaining('ENOSPC') });

async function openWriter() {
  const path = join(await temporaryFolder(), 'journal.jsonl');
  await writeFile(path, '');
  const files = new FaultFiles();
  const told: JournalLine[] = [];
  const fatal: Error[] = [];
  const writer = new JournalWriter({
    files: guardSyncs(files, (error) => fatal.push(error)),
    path,
    tip: startOf(header),
    length: 0,
    onLine: async (line) => void told.push(line),
  });
  onTestFinished(() => writer.rest());
  const read = async () => readJournal(header, await readFile(path));
  return { writer, files, told, fatal, read, path };
}

test('what comes while a write is under way goes in the next one, each append a line of its own', async () => {
  const { writer, files, told, read } = await openWriter();
  let go = (): void => undefined;
  files.gate = new Promise((resolve) => {
    go = resolve;
  });
  const first = writer.append(1, [started]);
  while (!files.calls.includes('write')) await new Promise(setImmediate);
  const others = [writer.append(1, [finished('login')]), writer.append(1, [finished('pay')])];
  go();
  const lines = await Promise.all([first, ...others]);
  expect(files.calls).toEqual(['write', 'datasync', 'write', 'datasync']);
  expect(lines.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  expect(told).toEqual(lines);
  expect(await read()).toMatchObject({ lines, length: writer.length });
});

test('appends of one turn share a write', async () => {
  const { writer, files } = await openWriter();
  await Promise.all([writer.append(1, [started]), writer.append(1, [finished('login')])]);
  expect(files.calls).toEqual(['write', 'datasync']);
});

test('a full disk fails the append, is cut back at once, and lets the next pass on when there is room', async () => {
  const { writer, files, told, read } = await openWriter();
  await writer.append(1, [started]);
  files.room = 20;
  const failed = [writer.append(1, [finished('login')]), writer.append(1, [cancel])];
  for (const append of failed) await expect(append).rejects.toThrow(full);
  expect(await read()).toMatchObject({ lines: [{ seq: 1 }], length: writer.length });
  expect((await read()).bad).toBeUndefined();
  files.room = 0;
  await expect(writer.append(2, [finished('login')])).rejects.toThrow(full);
  files.room = Number.POSITIVE_INFINITY;
  expect(await writer.append(3, [finished('login')])).toMatchObject({ seq: 2, epoch: 3 });
  expect(told.map(({ seq }) => seq)).toEqual([1, 2]);
  expect((await read()).bad).toBeUndefined();
});

test('a pass whose write failed writes nothing more, for what follows may build on what is missing', async () => {
  const { writer, files, read } = await openWriter();
  files.room = 20;
  await expect(writer.append(1, [finished('login')])).rejects.toThrow(full);
  files.room = Number.POSITIVE_INFINITY;
  await expect(writer.append(1, [runFinished])).rejects.toThrow(LostRunError);
  // What a person decided builds on nothing.
  expect(await writer.append(1, [cancel])).toMatchObject({ seq: 1 });
  expect((await read()).lines).toHaveLength(1);
});

test('a decision that found no room takes nothing from the pass', async () => {
  const { writer, files } = await openWriter();
  files.room = 20;
  await expect(writer.append(1, [cancel])).rejects.toThrow(full);
  files.room = Number.POSITIVE_INFINITY;
  expect(await writer.append(1, [finished('login')])).toMatchObject({ seq: 1 });
});

test('a short write is a failed one', async () => {
  const { writer, files, path } = await openWriter();
  files.shortWrite = true;
  await expect(writer.append(1, [started])).rejects.toThrow(/only 5 of \d+ bytes/);
  expect(await readFile(path, 'utf8')).toBe('');
  files.shortWrite = false;
  await writer.append(2, [started]);
});

test('while a failed write cannot be cut back nothing is written', async () => {
  const { writer, files, path, read } = await openWriter();
  files.room = 20;
  files.truncateFails = true;
  await expect(writer.append(1, [started])).rejects.toThrow(full);
  expect(await readFile(path)).toHaveLength(20);
  files.room = Number.POSITIVE_INFINITY;
  files.calls.length = 0;
  await expect(writer.append(2, [started])).rejects.toThrow(/truncate/);
  expect(files.calls).not.toContain('write');
  files.truncateFails = false;
  files.calls.length = 0;
  await writer.append(3, [started]);
  expect(files.calls).toEqual(['truncate', 'datasync', 'write', 'datasync']);
  expect((await read()).bad).toBeUndefined();
});

test('a failed sync is the end: it is told once, and never tried again', async () => {
  const { writer, files, told, fatal } = await openWriter();
  files.syncFails = true;
  const appends = [writer.append(1, [started]), writer.append(1, [finished('login')])];
  for (const append of appends) await expect(append).rejects.toMatchObject({ code: 'sync-failed' });
  files.syncFails = false;
  await expect(writer.append(2, [started])).rejects.toMatchObject({ code: 'sync-failed' });
  expect(files.calls).toEqual(['write', 'datasync']);
  expect(fatal).toHaveLength(1);
  expect(told).toEqual([]);
});

test('the line that finishes the run is the last one, also for what waits in the same write', async () => {
  const { writer, read } = await openWriter();
  const sealing = writer.append(1, [finished('login'), runFinished]);
  const late = writer.append(1, [finished('pay')]);
  await expect(late).rejects.toThrow(LostRunError);
  await expect(writer.append(2, [cancel])).rejects.toThrow(LostRunError);
  expect(await read()).toMatchObject({ lines: [await sealing], tip: { sealed: true } });
});

test('events that are no JSON are refused, and harm nobody', async () => {
  const { writer } = await openWriter();
  await expect(writer.append(1, [{ ...started, at: Number.NaN }])).rejects.toThrow(TypeError);
  expect(await writer.append(1, [started])).toMatchObject({ seq: 1 });
});

test('a run that rests holds no file', async () => {
  const { writer, files } = await openWriter();
  await writer.append(1, [{ type: 'run.waiting', at: 1, until: 9 }]);
  await writer.append(1, [started]);
  expect(files.calls).toEqual(['write', 'datasync', 'close', 'write', 'datasync']);
  await writer.rest();
  expect(files.calls.at(-1)).toBe('close');
});
