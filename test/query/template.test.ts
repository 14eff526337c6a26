import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EvaluationError } from '../../src/query/expression.ts';
import { parseTemplate, parseText } from '../../src/query/template.ts';
import { scanTemplate } from '../../src/query/template-scanner.ts';
import { ExactNumber, type Value } from '../../src/query/value.ts';
import { anyText, braced, createScope, text } from './scope.ts';

const scope = createScope({
  inputs: {
    a: 1,
    b: 'x/y',
    list: [1, new ExactNumber('2.0')],
    nothing: null,
    double: new ExactNumber('2.0'),
  },
  steps: { s: { outputs: {} } },
});

function template(value: Value) {
  const parsed = parseTemplate(value);
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  return parsed.template;
}

function thrown(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** Lone surrogates, which UTF-8 has not, become U+FFFD. */
function wellFormed(source: string): string {
  return Buffer.from(source).toString();
}

describe('the scanner', () => {
  test.each([
    ['', []],
    ['plain $ {{ }} $x', ['plain $ {{ }} $x']],
    [braced('a'), [['a']]],
    [`x${braced('a')}y${braced('b')}`, ['x', ['a'], 'y', ['b']]],
    [braced('"}}"'), [['"}}"']]],
    [braced("'}}' + \"'\""), [["'}}' + \"'\""]]],
    [braced('"\\"}}"'), [['"\\"}}"']]],
    [braced('"""}} " \n }}"""'), [['"""}} " \n }}"""']]],
    [braced("r'}}'"), [["r'}}'"]]],
    [braced('\'\' + ""'), [['\'\' + ""']]],
    [`\${{{"a":{"b":1}}}}`, [['{"a":{"b":1}}']]],
    [`\${{ {"a": {}} }}}`, [['{"a": {}}'], '}']],
    [`${braced('a')}}`, [['a'], '}']],
    [braced('a // it\'s "{ a comment'), [['a // it\'s "{ a comment']]],
    [`\${{ {"a": 1 // }} {\n} }}`, [['{"a": 1 // }} {\n}']]],
    [`\${{ a\n + b }}`, [['a\n + b']]],
    [`$\${{ a }}`, [`\${{ a }}`]],
    [`$$${braced('a')}`, [`$\${{ a }}`]],
    [`a$${braced('a')}b${braced('c')}`, [`a\${{ a }}b`, ['c']]],
    [`$\${{\${{a}}`, ['${{', ['a']]],
  ])('%j', (source, expected) => {
    const scanned = scanTemplate(source);
    if (!scanned.ok) throw new Error(scanned.problem.message);
    const pieces = scanned.pieces.map((piece) =>
      piece.kind === 'literal' ? piece.text : [piece.text.trim()],
    );
    expect(pieces).toEqual(expected);
  });

  test.each([
    ['a ${{ b', { start: 2, end: 5 }, /without its/],
    [`\${{ b }`, { start: 0, end: 3 }, /without its/],
    [`\${{ {"a": 1 }}`, { start: 0, end: 3 }, /without its/],
    [`\${{ "a }}`, { start: 4, end: 9 }, /this string is not closed/],
    [`\${{ x + 'a\n' }}`, { start: 8, end: 15 }, /this string is not closed/],
    [`\${{ """a" }}`, { start: 4, end: 12 }, /this string is not closed/],
  ])('%j is not closed', (source, span, message) => {
    expect(scanTemplate(source)).toEqual({
      ok: false,
      problem: { span, message: expect.stringMatching(message) },
    });
  });

  test('any text is split, or told unclosed, and nothing is lost', () => {
    const word = fc.constantFrom(
      '$',
      '{',
      '}',
      '{{',
      '}}',
      '${{',
      '"',
      "'",
      '"""',
      '\\',
      '//',
      '\n',
      'a',
      ' ',
      '🙂',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), (words) => {
        const source = words.join('');
        const scanned = scanTemplate(source);
        if (!scanned.ok) {
          expect(scanned.problem.span.end).toBeLessThanOrEqual(source.length);
          return;
        }
        const again = scanned.pieces.map((piece) =>
          piece.kind === 'literal' ? piece.text.replaceAll('${{', () => '$${{') : `\${{${piece.text}}}`,
        );
        expect(again.join('')).toBe(source);
        for (const piece of scanned.pieces) {
          if (piece.kind !== 'expression') continue;
          expect(source.startsWith(`${piece.text}}}`, piece.offset)).toBe(true);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('a string in an expression may hold anything', () => {
    fc.assert(
      fc.property(anyText, fc.string(), (inner, after) => {
        const outside = after.replaceAll('{', '');
        const parsed = text(braced(JSON.stringify(wellFormed(inner))) + outside);
        expect(parsed.render(scope)).toBe(wellFormed(inner) + outside);
      }),
    );
  });

  test('a text without ${{ is itself', () => {
    fc.assert(
      fc.property(
        fc.string().filter((one) => !one.includes('${{')),
        (source) => {
          expect(text(source).constant).toBe(source);
        },
      ),
    );
  });

  test('long texts are no trouble', () => {
    expect(parseText(`\${{ "${'a'.repeat(1_000_000)}`)).toMatchObject({ ok: false });
    expect(text('$'.repeat(1_000_000)).constant).toHaveLength(1_000_000);
  });
});

describe('a text', () => {
  test.each<[string, Value | undefined]>([
    ['plain', 'plain'],
    ['', ''],
    [braced('inputs.a'), 1],
    [braced('inputs.list'), [1, new ExactNumber('2.0')]],
    [braced('inputs.nothing'), null],
    [braced('steps.s.outputs.?x'), undefined],
    [` ${braced('inputs.a')}`, ' 1'],
    [`${braced('inputs.a')}${braced('inputs.a')}`, '11'],
    [`n=${braced('inputs.double')}`, 'n=2'],
    [`n=${braced('1.0 + 1')}`, 'n=2'],
    [`l=${braced('inputs.list')}`, 'l=[1,2.0]'],
    [`t=${braced('timestamp(0)')}`, 't=1970-01-01T00:00:00Z'],
    [`b=${braced('true')}`, 'b=true'],
    [`$\${{ a }}`, `\${{ a }}`],
  ])('%j', (source, value) => expect(text(source).evaluate(scope)).toEqual(value));

  test('parts tell what the author wrote from what was put in', () => {
    expect(text(`/a/${braced('inputs.b')}/c`).parts(scope)).toEqual([
      { literal: true, text: '/a/' },
      { literal: false, text: 'x/y' },
      { literal: true, text: '/c' },
    ]);
    expect(text(braced('inputs.a')).parts(scope)).toEqual([{ literal: false, text: '1' }]);
    expect(text('').parts(scope)).toEqual([]);
  });

  test('places are in the whole string', () => {
    const source = `ab ${braced('inputs.a')}-${braced('inputs.zz')}`;
    expect(text(source).expressions.map(({ offset }) => offset)).toEqual([6, 22]);
    expect(thrown(() => text(source).render(scope))).toMatchObject({
      span: { start: 30, end: 32 },
      path: 'inputs.zz',
    });
    expect(parseText(`ab ${braced('input.a')} ${braced('sise(1)')}`)).toMatchObject({
      ok: false,
      problems: [
        { kind: 'unknown-name', span: { start: 7, end: 12 }, offset: 6 },
        { kind: 'unknown-function', span: { start: 22, end: 26 }, offset: 21 },
      ],
    });
  });

  test.each([
    ['inputs.nothing', 'null cannot be written into a text'],
    ['b"a"', 'bytes cannot be written into a text'],
    ['steps.s.outputs.?x', 'there is no value to write into a text'],
  ])('%s cannot be written into a longer text', (source, message) => {
    const error = thrown(() => text(`a ${braced(source)}`).evaluate(scope));
    expect(error).toBeInstanceOf(EvaluationError);
    expect(error).toMatchObject({ message, span: { start: 6, end: 6 + source.length } });
  });
});

describe('a template', () => {
  test('is evaluated throughout, numbers as written', () => {
    const value = {
      n: new ExactNumber('1.0'),
      list: [braced('inputs.a'), { [`k-${braced('inputs.a')}`]: braced('steps.s.outputs.?x') }],
      plain: '$${{',
    };
    expect(template(value).evaluate(scope)).toEqual({
      n: new ExactNumber('1.0'),
      list: [1, { 'k-1': null }],
      plain: '${{',
    });
    expect(template(value).constant).toBe(false);
    expect(template(value).expressions).toMatchObject([
      { at: ['list', 0], inKey: false, offset: 3 },
      { at: ['list', 1, `k-${braced('inputs.a')}`], inKey: true, offset: 5 },
      { at: ['list', 1, `k-${braced('inputs.a')}`], inKey: false, offset: 3 },
    ]);
  });

  test.each<[Value, Value]>([
    [null, null],
    [new ExactNumber('1.0'), new ExactNumber('1.0')],
    [{ a: [`$\${{ x }}`, 1] }, { a: [`\${{ x }}`, 1] }],
    [Object.fromEntries([[`$\${{ k }}`, true]]), Object.fromEntries([[`\${{ k }}`, true]])],
    [Uint8Array.of(1), Uint8Array.of(1)],
  ])('without expressions %j is constant', (value, result) => {
    expect(template(value).constant).toBe(true);
    expect(template(value).evaluate(createScope({}))).toEqual(result);
  });

  test('errors and problems say where', () => {
    expect(thrown(() => template({ a: [`x ${braced('inputs.zz')}`] }).evaluate(scope))).toMatchObject({
      at: ['a', 0],
      inKey: false,
      span: { start: 13, end: 15 },
    });
    expect(thrown(() => template({ [braced('inputs.nothing')]: 1 }).evaluate(scope))).toMatchObject({
      message: 'null cannot be written into a text',
      inKey: true,
    });
    expect(parseTemplate({ a: [braced('input.a'), { [braced('1 +')]: 1 }] })).toMatchObject({
      ok: false,
      problems: [
        { kind: 'unknown-name', at: ['a', 0], inKey: false, span: { start: 4, end: 9 } },
        { kind: 'syntax', at: ['a', 1, braced('1 +')], inKey: true },
      ],
    });
  });

  test('members keep their order, and __proto__ is one of them', () => {
    const value = Object.fromEntries([
      ['z', braced('inputs.a')],
      ['__proto__', 1],
      ['a', 2],
    ]);
    expect(Object.keys(template(value).evaluate(scope) as object)).toEqual(['z', '__proto__', 'a']);
  });
});
