import { expect, test } from 'vitest';
import { createDraws } from '../../src/run/draws.ts';
import type { Effects } from '../../src/run/ports.ts';
import { digests } from './journey-run.ts';

const effects: Effects = { ...digests, send: () => Promise.reject(new Error('nothing is sent')) };

function draw(seed: string, key: string) {
  const draws = createDraws(effects, seed, key, 7);
  return [draws.uuid(), draws.random(1, 1_000_000), draws.uuid(), draws.now()];
}

test('the same seed and key draw the same values in the same order', () => {
  expect(draw('seed', 'pay')).toEqual(draw('seed', 'pay'));
  expect(draw('seed', 'pay')).not.toEqual(draw('seed', 'login'));
  expect(draw('seed', 'pay')).not.toEqual(draw('other', 'pay'));
  const [first, , second, now] = draw('seed', 'pay');
  expect(first).not.toBe(second);
  expect(now).toBe(7);
});

test('uuids are of version 4 and variant 10', () => {
  const draws = createDraws(effects, 'seed', 'pay', 0);
  for (let count = 0; count < 100; count += 1) {
    expect(draws.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test('random includes both ends, and nothing beyond them', () => {
  const draws = createDraws(effects, 'seed', 'pay', 0);
  const drawn = Array.from({ length: 300 }, () => draws.random(-1, 2));
  expect([...new Set(drawn)].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  expect(draws.random(5, 5)).toBe(5);
  const edge = (digits: string) =>
    createDraws({ ...effects, hmacSha256: () => digits.repeat(64) }, '', '', 0);
  expect(edge('f').random(0, 2 ** 53 - 1)).toBeLessThanOrEqual(2 ** 53 - 1);
  expect(edge('0').random(3, 9)).toBe(3);
  expect(edge('f').random(3, 9)).toBe(9);
});
