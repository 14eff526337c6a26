type Path = readonly string[];

function isPrefix(short: Path, long: Path): boolean {
  return short.length <= long.length && short.every((part, index) => part === long[index]);
}

function compare(a: Path, b: Path): number {
  const [left, right] = [a.join('\0'), b.join('\0')];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The parts of an answer to keep: each once, in a fixed order, none inside another. */
export function minimalReads(paths: readonly Path[]): readonly Path[] {
  const sorted = [...paths].sort(compare);
  return sorted.filter(
    (path, index) => !sorted.some((other, at) => isPrefix(other, path) && covers(other, at, path, index)),
  );
}

function covers(other: Path, at: number, path: Path, index: number): boolean {
  return other.length < path.length || at < index;
}
