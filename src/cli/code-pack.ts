import { createHash } from 'node:crypto';

// SHA-256 of all that follows · length of the list (32 bits) · the list as JSON · the parts.
const digestBytes = 32;
const listAt = digestBytes + 4;

// V8 copies code that does not begin at a multiple of this.
const alignment = 8;

/** Parts by name, as one buffer. */
export function createPack(parts: ReadonlyMap<string, Buffer>): Buffer {
  const list = Buffer.from(JSON.stringify([...parts].map(([name, { length }]) => [name, length])));
  const head = Buffer.alloc(aligned(listAt + list.length));
  head.writeUInt32BE(list.length, digestBytes);
  list.copy(head, listAt);
  const padded = [...parts.values()].flatMap((part) => [
    part,
    Buffer.alloc(aligned(part.length) - part.length),
  ]);
  const pack = Buffer.concat([head, ...padded]);
  digestOf(pack).copy(pack);
  return pack;
}

/** Undefined where one byte is not as it was written: V8 does not look, and would run it. */
export function readPack(pack: Buffer): ReadonlyMap<string, Buffer> | undefined {
  if (pack.length < listAt || !digestOf(pack).equals(pack.subarray(0, digestBytes))) return undefined;
  const listEnd = listAt + pack.readUInt32BE(digestBytes);
  const list: readonly (readonly [string, number])[] = JSON.parse(pack.toString('utf8', listAt, listEnd));
  let at = aligned(listEnd);
  return new Map(
    list.map(([name, length]) => {
      const part = pack.subarray(at, at + length);
      at += aligned(length);
      return [name, part];
    }),
  );
}

function digestOf(pack: Buffer): Buffer {
  return createHash('sha256').update(pack.subarray(digestBytes)).digest();
}

function aligned(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}
