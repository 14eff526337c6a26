/** Finds many texts in one look: a run may come to know thousands of secrets, and each is found from then on. */
export interface TextFinder {
  /** A text of at least `keySize` UTF-16 units. */
  add(text: string): void;
  /** From the left; where several begin at one place, the longest. */
  replaceAll(text: string, by: string): string;
}

/** UTF-16 units by whose key texts are looked up. */
const keySize = 4;

export function createTextFinder(): TextFinder {
  const byKey = new Map<number, Bucket>();
  // Most places of a text are passed by with one look into this.
  let seen: Uint8Array | undefined;
  return {
    add(text) {
      const key = [...Array(keySize).keys()].reduce((before, at) => nextKey(before, text.charCodeAt(at)), 0);
      const bucket = byKey.get(key) ?? { texts: new Set(), sorted: undefined };
      bucket.texts.add(text);
      bucket.sorted = undefined;
      byKey.set(key, bucket);
      seen ??= new Uint8Array(1 << 16);
      seen[slotOf(key)] = 1;
    },
    replaceAll(text, by) {
      if (seen === undefined) return text;
      let shown = '';
      let from = 0;
      let key = 0;
      for (let at = 0; at < text.length; at += 1) {
        key = nextKey(key, text.charCodeAt(at));
        const start = at - keySize + 1;
        if (seen[slotOf(key)] === 0 || start < from) continue;
        const found = longestAt(byKey.get(key), text, start);
        if (found === undefined) continue;
        shown += text.slice(from, start) + by;
        from = start + found.length;
        at = from - 1;
      }
      return from === 0 ? text : shown + text.slice(from);
    },
  };
}

interface Bucket {
  readonly texts: Set<string>;
  /** The longest first; made when it is first needed. */
  sorted: readonly string[] | undefined;
}

/** Of the last four units alone: what came before has left the 32 bits. */
function nextKey(before: number, unit: number): number {
  return (before << 8) ^ unit;
}

function slotOf(key: number): number {
  return (key ^ (key >>> 16)) & 0xffff;
}

function longestAt(bucket: Bucket | undefined, text: string, start: number): string | undefined {
  if (bucket === undefined) return undefined;
  bucket.sorted ??= [...bucket.texts].sort((a, b) => b.length - a.length);
  return bucket.sorted.find((one) => text.startsWith(one, start));
}
