import { expect, test } from 'vitest';
import { instantiate, isRound, placeOfKey, roundKey, roundsAround } from '../../src/run/instance.ts';
import { everyStep } from '../../src/run/plan-order.ts';
import { compile } from './journey-run.ts';

test('keys of rounds name their step and its number, whatever is around', () => {
  expect(roundKey('users/add', 12)).toBe('users/add[12]');
  expect(placeOfKey('users[2]/add[12]/undo')).toBe('users/add/undo');
  expect(placeOfKey('users/add')).toBe('users/add');
  expect([isRound('a[1]'), isRound('a[1]/b'), isRound('a')]).toEqual([true, false, false]);
  expect(roundsAround('a[1]/b/c[22]/d')).toEqual(['a[1]', 'a[1]/b/c[22]']);
  expect(roundsAround('a/b')).toEqual([]);
});

const inner = `
name: inner
defaults: { service: shop }
steps: [{ id: deep, request: { path: / } }]
cleanup: [{ id: bye, request: { path: / } }]
`;

test('a round has the keys of all steps inside it, and is the same step otherwise', () => {
  const { steps } = compile(
    `
steps:
  - id: g
    forEach: [1]
    steps:
      - { id: a, request: { path: / }, cleanup: [{ id: undo, request: { path: / } }] }
      - { id: p, parallel: [{ id: b, request: { path: / } }] }
      - { id: me, journey: inner }
    cleanup: [{ id: drop, request: { path: / } }]
`,
    { 'journeys/inner.yaml': inner },
  );
  const [step] = steps;
  if (step === undefined) throw new Error('no step');
  const round = instantiate(step, 'g[3]');
  const before = everyStep({ steps: [step], cleanup: [] });
  const after = everyStep({ steps: [round], cleanup: [] });
  expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key.replace('g', 'g[3]')));
  expect(after.map(({ key }) => placeOfKey(key))).toEqual(before.map(({ key }) => key));
  expect(after.map(({ undoes }) => undoes)).toEqual(before.map(({ undoes }) => undoes));
  expect(instantiate(step, 'g')).toBe(step);
});
