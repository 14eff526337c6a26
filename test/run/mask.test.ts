import { describe, expect, test } from 'vitest';
import type { Value } from '../../src/query/value.ts';
import { createMasker } from '../../src/run/mask.ts';
import { exact } from './judged.ts';

function maskerOf(...secrets: readonly Value[]) {
  const masker = createMasker();
  for (const secret of secrets) masker.add(secret);
  return masker;
}

describe('a text', () => {
  test.each<[secret: Value, text: string, shown: string]>([
    ['hunter22', 'a hunter22, hunter22', 'a ***, ***'],
    ['hunter22', 'Hunter22', 'Hunter22'],
    ['p ä+', 'x=p+%C3%A4%2B&y', 'x=***&y'],
    ['a"b\\c', '{"pw":"a\\"b\\\\c"}', '{"pw":"***"}'],
    ['a.b*c(d', 'a.b*c(d and axb*c(d', '*** and axb*c(d'],
    ['a|b]c-d', 'a|b]c-d a b', '*** a b'],
    ['1234', '{"pin":12345}', '{"pin":***5}'],
    ['abc', 'abc', '***'],
    ['abc', 'abcd abc', 'abcd abc'],
    ['', '', ''],
    ['123', '{"cvv":"123","sum":1123,"of":"1234"}', '{"cvv":"***","sum":1123,"of":"1234"}'],
    ['123', '{"cvv": 123, "all": [12, 123 ,1234]}', '{"cvv": ***, "all": [12, *** ,1234]}'],
    ['123', 'cvv=123&sum=1123&of=1234&again=123', 'cvv=***&sum=1123&of=1234&again=***'],
    ['123', 'https://a.b/123/c?cvv=123', 'https://a.b/123/c?cvv=***'],
    ['a;', 'sid=a%3B; b=a;', 'sid=***; b=a;'],
    ['é', '{"a":"\\u00e9","b":"é"}', '{"a":"***","b":"***"}'],
    ['🙂🙂🙂🙂', 'x🙂🙂🙂🙂', 'x***'],
    ['🙂🙂🙂', 'x🙂🙂🙂', 'x🙂🙂🙂'],
    [1234, 'id 1234', 'id ***'],
    [123, '123', '123'],
    [exact('12345678901234567890'), '12345678901234567890', '***'],
    [{ a: ['hunter22'], b: { c: 'swordfish' } }, 'hunter22 swordfish', '*** ***'],
    [true, 'true', 'true'],
    [null, 'null', 'null'],
    [new Uint8Array([104, 117, 110, 116, 101, 114]), '68756e746572 aHVudGVy', '*** ***'],
  ])('with the secret %j: %s', (secret, text, shown) => {
    expect(maskerOf(secret).text(text)).toBe(shown);
  });

  test('hides the longest secret first, however they were added', () => {
    expect(maskerOf('hunter', 'hunter22').text('hunter22 hunter')).toBe('*** ***');
    expect(maskerOf('hunter22', 'hunter', 'hunter').text('hunter22 hunter')).toBe('*** ***');
  });

  test('without secrets stays', () => {
    expect(createMasker().text('hunter22')).toBe('hunter22');
    expect(maskerOf('ab').text('cab')).toBe('cab');
    expect(maskerOf('ab').text('ab cab "cab" =abc')).toBe('ab cab "cab" =abc');
  });
});

test('other texts are shown in place of some, and masked too', () => {
  const masker = createMasker();
  const shown = masker.besides(new Map([['{"pin":12}', '{"pin":"***"}']]));
  expect(shown.value({ a: ['{"pin":12}', 'hunter22'] })).toEqual({ a: ['{"pin":"***"}', 'hunter22'] });
  expect(shown.map({ a: 'x {"pin":12}' })).toEqual({ a: 'x {"pin":12}' });
  shown.add('hunter22');
  expect(masker.besides(new Map([['a', 'hunter22']])).text('a')).toBe('***');
  expect(masker.text('hunter22')).toBe('***');
});

test('one of any length is found', () => {
  const masker = maskerOf('é"'.repeat(100_000), 'x'.repeat(5_000_000));
  expect(masker.text(`<${JSON.stringify('é"'.repeat(100_000))}>${'x'.repeat(5_000_001)}`)).toBe(
    '<"***">***x',
  );
});

describe('a value', () => {
  test.each<[value: Value, shown: Value]>([
    ['hunter22!', '***!'],
    [1234, '***'],
    [exact('1234.0'), exact('1234.0')],
    [12345, 12345],
    [null, null],
    [true, true],
    [
      ['hunter22', 1],
      ['***', 1],
    ],
    [{ 'x-hunter22': { a: 'hunter22' } }, { 'x-***': { a: '***' } }],
    [Buffer.from('a hunter22 b'), '***'],
  ])('%j', (value, shown) => {
    expect(maskerOf('hunter22', '1234').value(value)).toEqual(shown);
  });

  test.each<Value>(['a', ['a', [1]], { a: { b: [] } }, new Uint8Array([1])])(
    'without a secret is the same: %j',
    (value) => {
      expect(maskerOf('hunter22').value(value)).toBe(value);
      expect(createMasker().value(value)).toBe(value);
    },
  );

  test('of a map is the same map where nothing is hidden', () => {
    const map = { a: [1] };
    expect(maskerOf('hunter22').map(map)).toBe(map);
    expect(createMasker().map(map)).toBe(map);
  });
});
