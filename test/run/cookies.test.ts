import { describe, expect, test } from 'vitest';
import { joinCookies } from '../../src/run/cookies.ts';
import type { Cookies } from '../../src/run/outcome.ts';

const cookie = (key: string, value: string, path = '/') => ({ key, value, domain: 'shop.example', path });

describe('the jar after branches', () => {
  const before = [cookie('session', 'old'), cookie('theme', 'dark')];

  test.each<[what: string, branches: readonly Cookies[], after: Cookies]>([
    ['that changed nothing', [before, [...before]], before],
    [
      'that added',
      [
        [...before, cookie('a', '1')],
        [...before, cookie('b', '2')],
      ],
      [...before, cookie('a', '1'), cookie('b', '2')],
    ],
    [
      'of which the later in the plan wins',
      [
        [...before, cookie('a', '1')],
        [...before, cookie('a', '2')],
      ],
      [...before, cookie('a', '2')],
    ],
    [
      'of which one changed what the other left',
      [[cookie('session', 'new'), cookie('theme', 'dark')], before],
      [cookie('session', 'new'), cookie('theme', 'dark')],
    ],
    ['of which one removed', [[cookie('theme', 'dark')], [...before]], [cookie('theme', 'dark')]],
    [
      'of which one removed what a later one changed',
      [[], [cookie('session', 'new'), cookie('theme', 'dark')]],
      [cookie('session', 'new')],
    ],
    [
      'that differ in path alone',
      [[...before, cookie('session', 'x', '/a')]],
      [...before, cookie('session', 'x', '/a')],
    ],
    [
      'that know no domain',
      [
        [...before, { key: 'k', value: 'v' }],
        [...before, {}],
      ],
      [...before, { key: 'k', value: 'v' }, {}],
    ],
  ])('%s', (_, branches, after) => {
    expect(joinCookies(before, branches)).toEqual(after);
  });
});
