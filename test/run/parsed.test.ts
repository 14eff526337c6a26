import { describe, expect, test } from 'vitest';
import { createParsed } from '../../src/run/parsed.ts';
import { blame, ValueError, valueErrorOf } from '../../src/run/value-error.ts';
import { braced, evaluate } from '../query/scope.ts';

describe('the texts of an artifact', () => {
  test('are parsed once', () => {
    const parsed = createParsed([]);
    const value = { a: 1 };
    expect(parsed.text('a')).toBe(parsed.text('a'));
    expect(parsed.template(value)).toBe(parsed.template(value));
    expect(parsed.expression('1')).toBe(parsed.expression('1'));
    expect(parsed.path('$.a')).toBe(parsed.path('$.a'));
    expect(parsed.pattern('a')).toBe(parsed.pattern('a'));
  });

  test('that do not parse were written by no compiler: our bug, no value error', () => {
    const parsed = createParsed([]);
    const broken = [
      () => parsed.text('${{ 1 +'),
      () => parsed.template({ a: braced('1 +') }),
      () => parsed.expression('1 +'),
      () => parsed.path('a'),
    ];
    for (const parse of broken) {
      expect(parse).toThrow('the artifact holds a text that does not parse');
      expect(parse).not.toThrow(ValueError);
    }
  });

  test('but a pattern may be a value', () => {
    expect(() => createParsed([]).pattern('(')).toThrow(ValueError);
  });
});

describe('a value that could not be had', () => {
  const missing = () => evaluate('inputs.emial', { inputs: { email: 1 } });

  test('tells what to do', () => {
    expect(() => blame([0, 1, 2, 3, 4], missing)).toThrow(
      expect.objectContaining({
        at: [0, 1, 2, 3, 4],
        message: expect.stringMatching(/has no "emial".*; did you mean "email"\?$/),
      }),
    );
    expect(() => blame([0, 1, 2, 3, 4], () => evaluate('1 / 0'))).toThrow(
      expect.objectContaining({ name: 'ValueError' }),
    );
  });

  test('keeps the place that knows better', () => {
    const inner = () => blame([0, 9, 9, 9, 9], missing);
    expect(() => blame([0, 1, 2, 3, 4], inner)).toThrow(expect.objectContaining({ at: [0, 9, 9, 9, 9] }));
    expect(blame([0, 1, 2, 3, 4], () => 5)).toBe(5);
  });

  test('is no excuse for our own bugs', () => {
    const bug = new TypeError('bug');
    expect(() => valueErrorOf(bug)).toThrow(bug);
  });
});
