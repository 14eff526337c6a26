import { expect, test } from 'vitest';
import { createPack, openPack, type ReadAt } from '../../src/cli/code-pack.ts';

const parts = new Map([
  ['program.cjs', Buffer.from('some code')],
  ['chunks/ä.cjs', Buffer.from('eight by')],
  ['empty.cjs', Buffer.alloc(0)],
]);

const readFrom =
  (pack: Buffer): ReadAt =>
  (position, length) =>
    pack.subarray(position, position + length);

function readAll(pack: Buffer): readonly (readonly [string, Buffer | undefined])[] | undefined {
  const opened = openPack(readFrom(pack));
  return opened?.names.map((name) => [name, opened.read(name)]);
}

test('parts come back as they were', () => {
  expect(readAll(createPack(parts))).toEqual([...parts]);
});

test('a pack of nothing is a pack', () => {
  expect(readAll(createPack(new Map()))).toEqual([]);
});

test('a part that was not kept is none', () => {
  expect(openPack(readFrom(createPack(parts)))?.read('other.cjs')).toBeUndefined();
});

test('only the list, and the parts that are asked for, are read', () => {
  const pack = createPack(new Map([...parts, ['large.cjs', Buffer.alloc(100_000)]]));
  let bytes = 0;
  const opened = openPack((position, length) => {
    bytes += length;
    return readFrom(pack)(position, length);
  });
  expect(opened?.read('program.cjs')?.toString()).toBe('some code');
  expect(bytes).toBeLessThan(1_000);
});

test('where a byte is another, or is missing, each part is as it was or is none', () => {
  const pack = createPack(parts);
  for (let at = 0; at < pack.length; at += 1) {
    const other = Buffer.from(pack);
    other.writeUInt8(other.readUInt8(at) ^ 1, at);
    for (const damaged of [other, pack.subarray(0, at)]) {
      const read = readAll(damaged);
      if (read === undefined) continue;
      expect(read.map(([name]) => name)).toEqual([...parts.keys()]);
      expect(read.filter(([, part]) => part === undefined)).not.toEqual([]);
      for (const [name, part] of read) expect([parts.get(name), undefined]).toContainEqual(part);
    }
  }
});
