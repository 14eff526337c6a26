import { hash } from 'node:crypto';

// SHA-256 of the length and the list that follow · length of the list (32 bits) · the list as JSON · the parts.
const digestBytes = 32;
const listAt = digestBytes + 4;

type Listed = readonly [name: string, length: number, sha256: string];

/** Bytes of a file from a place on; fewer where the file ends before. */
export type ReadAt = (position: number, length: number) => Buffer;

export interface Pack {
  readonly names: readonly string[];
  /** Undefined where there is none, or where one byte is not as it was written: V8 does not look, and would run it. */
  read(name: string): Buffer | undefined;
}

/** Parts by name, as one buffer. */
export function createPack(parts: ReadonlyMap<string, Buffer>): Buffer {
  const listed = [...parts].map(([name, part]): Listed => [name, part.length, sha256(part)]);
  const list = Buffer.from(JSON.stringify(listed));
  const head = Buffer.alloc(listAt);
  head.writeUInt32BE(list.length, digestBytes);
  const pack = Buffer.concat([head, list, ...parts.values()]);
  pack.write(sha256(pack.subarray(digestBytes, listAt + list.length)), 'hex');
  return pack;
}

/**
 * Reads the list alone: a start takes few of the parts that were kept by all the starts before it. Undefined where that
 * is no list as it was written.
 */
export function openPack(readAt: ReadAt): Pack | undefined {
  const head = readAt(0, listAt);
  if (head.length < listAt) return undefined;
  const list = readAt(listAt, head.readUInt32BE(digestBytes));
  if (sha256(head.subarray(digestBytes), list) !== head.toString('hex', 0, digestBytes)) return undefined;
  const places = new Map<string, Place>();
  let position = listAt + list.length;
  for (const [name, length, digest] of JSON.parse(list.toString()) as readonly Listed[]) {
    places.set(name, { position, length, digest });
    position += length;
  }
  return {
    names: [...places.keys()],
    read(name) {
      const place = places.get(name);
      if (place === undefined) return undefined;
      const part = readAt(place.position, place.length);
      return sha256(part) === place.digest ? part : undefined;
    },
  };
}

interface Place {
  readonly position: number;
  readonly length: number;
  readonly digest: string;
}

function sha256(...parts: readonly Buffer[]): string {
  const [only, ...more] = parts;
  return hash('sha256', only !== undefined && more.length === 0 ? only : Buffer.concat(parts), 'hex');
}
