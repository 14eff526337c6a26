import { expect, test } from 'vitest';
import { forEachAtOnce } from '../../src/cli/lanes.ts';

async function* count(to: number, closed: () => void = () => undefined): AsyncGenerator<number> {
  try {
    for (let n = 1; n <= to; n++) yield n;
  } finally {
    closed();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test.each([1, 3, 50])('at most %i at once, and all of them', async (limit) => {
  const seen: number[] = [];
  let now = 0;
  let most = 0;
  const work = async (n: number): Promise<void> => {
    most = Math.max(most, ++now);
    for (let turns = n % 4; turns >= 0; turns--) await turn();
    seen.push(n);
    now--;
  };
  await forEachAtOnce(count(20), limit, work, () => false);
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(most).toBe(Math.min(limit, 20));
});

test('nothing is begun when it is over, and the source is closed', async () => {
  const seen: number[] = [];
  let isClosed = false;
  const source = count(1000, () => {
    isClosed = true;
  });
  const work = async (n: number): Promise<void> => {
    seen.push(n);
    await turn();
  };
  await forEachAtOnce(source, 2, work, () => seen.length >= 5);
  expect(seen.length).toBe(5);
  expect(isClosed).toBe(true);
});

test('an error stops the others from beginning, waits for those under way, and is thrown on', async () => {
  const ended: number[] = [];
  const work = async (n: number): Promise<void> => {
    await turn();
    if (n === 2) throw new Error('broken');
    for (let turns = 0; turns < 5; turns++) await turn();
    ended.push(n);
  };
  await expect(forEachAtOnce(count(100), 3, work, () => false)).rejects.toThrow('broken');
  expect(ended).toEqual([1, 3]);
});

test('a source that breaks off', async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    throw new Error('no more');
  }
  const seen: number[] = [];
  const work = async (n: number): Promise<void> => {
    await turn();
    seen.push(n);
  };
  await expect(forEachAtOnce(broken(), 3, work, () => false)).rejects.toThrow('no more');
  expect(seen).toEqual([1]);
});
