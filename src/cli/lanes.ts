/**
 * Works on items as they come, up to `limit` at once, each begun when a lane is free: of many items only those
 * under way are in memory. Nothing more is begun once `isOver`, or when one of them throws; then the others are
 * waited for, and the error is thrown on.
 */
export async function forEachAtOnce<T>(
  items: AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<void>,
  isOver: () => boolean,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  let isBroken = false;
  const lane = async (): Promise<void> => {
    while (!isBroken && !isOver()) {
      const next = await iterator.next();
      if (next.done === true || isBroken || isOver()) return;
      await work(next.value);
    }
  };
  const guarded = (): Promise<void> =>
    lane().catch((error: unknown) => {
      isBroken = true;
      throw error;
    });
  const lanes = await Promise.allSettled(Array.from({ length: limit }, guarded));
  await iterator.return?.();
  const broken = lanes.find((one) => one.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
}
