import { expect, test } from 'vitest';
import { createPack, readPack } from '../../src/cli/code-pack.ts';

const parts = new Map([
  ['program.cjs', Buffer.from('some code')],
  ['chunks/ä.cjs', Buffer.from('eight by')],
  ['empty.cjs', Buffer.alloc(0)],
]);

test('parts come back as they were, each at a place that V8 reads without a copy', () => {
  const pack = createPack(parts);
  const read = readPack(pack);
  expect(read).toEqual(parts);
  for (const part of read?.values() ?? []) expect((part.byteOffset - pack.byteOffset) % 8).toBe(0);
});

test('a pack of nothing is a pack', () => {
  expect(readPack(createPack(new Map()))).toEqual(new Map());
});

test('a pack with any other byte, or with too few, is none', () => {
  const pack = createPack(parts);
  for (let at = 0; at < pack.length; at += 1) {
    const other = Buffer.from(pack);
    other.writeUInt8(other.readUInt8(at) ^ 1, at);
    expect(readPack(other)).toBeUndefined();
    expect(readPack(pack.subarray(0, at))).toBeUndefined();
  }
});
