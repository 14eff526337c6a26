/** Median, least and most of some numbers; undefined where one of them is missing. */
export function spreadOf(values) {
  if (values.length === 0 || values.some((value) => value === undefined)) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/** Each value with its partner of the same round, so that a machine that is busy for a while does no harm. */
export function ratioOf(values, base) {
  return spreadOf(values.map((value, round) => divide(value, base[round])));
}

function divide(value, base) {
  return value === undefined || base === undefined ? undefined : value / base;
}
