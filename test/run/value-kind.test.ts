import { expect, test } from 'vitest';
import type { ValueKind } from '../../src/artifact/judgement.ts';
import type { Value } from '../../src/query/value.ts';
import { isOfKind } from '../../src/run/value-kind.ts';
import { exact } from './judged.ts';

const uuid = '123e4567-e89b-12d3-a456-426614174000';

test.each<[kind: ValueKind, members: readonly Value[], others: readonly Value[]]>([
  ['string', ['', 'a'], [1, null, [], new Uint8Array()]],
  ['number', [1, 1.5, exact('1e400')], ['1', null]],
  [
    'integer',
    [
      0,
      -1,
      1e21,
      exact('1.0'),
      exact('10.50e1'),
      exact('12345678901234567890'),
      exact('1e400'),
      exact('-0.0'),
      exact('100e-2'),
    ],
    [1.5, '1', exact('12345678901234567890.5'), exact('1e-400'), exact('-0.50'), exact('105e-2')],
  ],
  ['boolean', [true, false], ['true', 0]],
  ['array', [[]], [{}, 'a']],
  ['object', [{}], [[], null, new Uint8Array(), exact('1e400')]],
  ['null', [null], ['null', 0, '']],
  ['empty', ['', [], {}], [' ', [null], { a: null }, null, 0]],
  ['uuid', [uuid, uuid.toUpperCase()], [`${uuid}0`, uuid.replaceAll('-', ''), `{${uuid}}`, 5]],
  [
    'email',
    ['ada@example.com', "o'neil+x@a-b.co"],
    ['ada', '@example.com', 'ada@', 'a b@c.d', 'ada@-x.com', 'ada@x-.com', 'ada@a..b'],
  ],
  [
    'uri',
    ['https://a.b/c?d#e', 'urn:x', 'mailto:a@b'],
    ['/path', 'a b:c', 'http://a b', '1a:b', 'http://<x>'],
  ],
  [
    'date',
    ['2024-02-29', '2000-02-29', '2026-12-31'],
    [
      '2023-02-29',
      '1900-02-29',
      '2024-13-01',
      '2024-00-10',
      '2024-04-31',
      '2024-01-00',
      '2024-1-1',
      '2024-01-01T00:00:00Z',
    ],
  ],
  [
    'dateTime',
    ['2024-02-29T12:00:00Z', '2024-01-01t00:00:00.123z', '2024-12-31T23:59:60Z', '2024-01-01T00:00:00+14:00'],
    [
      '2024-02-30T12:00:00Z',
      '2024-01-01T24:00:00Z',
      '2024-01-01T00:60:00Z',
      '2024-01-01T00:00:61Z',
      '2024-01-01T00:00:00',
      '2024-01-01 00:00:00Z',
      '2024-01-01T00:00:00+24:00',
      '2024-01-01T00:00:00-01:60',
      '2024-01-01',
    ],
  ],
  [
    'ipv4',
    ['0.0.0.0', '255.255.255.255', '10.1.99.249'],
    ['256.1.1.1', '1.1.1', '1.1.1.1.1', '1.1.1.', '01.1.1.1', '1.1.1.1 '],
  ],
  [
    'ipv6',
    [
      '::',
      '::1',
      '1::',
      'fe80::1',
      '1:2:3:4:5:6:7:8',
      '::ffff:1.2.3.4',
      '1:2:3:4:5:6:1.2.3.4',
      '1:2:3:4:5:6:7::',
    ],
    [
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      '::12345',
      ':1',
      '1:',
      '::1.2.3.256',
      '1.2.3.4::',
      '1.2.3.4',
      '1:2:3:4:5:6:7::8',
      '',
      'g::',
    ],
  ],
])('%s', (kind, members, others) => {
  expect(members.filter((value) => !isOfKind(value, kind))).toEqual([]);
  expect(others.filter((value) => isOfKind(value, kind))).toEqual([]);
});
