import { beforeAll, describe, expect, test } from 'vitest';
import type { Value } from '../../src/query/value.ts';
import { checkXPath, loadXml, selectXPath } from '../../src/query/xml.ts';

beforeAll(() => loadXml());

const namespaces = { d: 'DAV:' };

const feed = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a feed -->
<feed xmlns:dav="DAV:"><entry id="1">one<b>!</b></entry><entry id="2"><![CDATA[t<wo]]></entry>
<dav:price>2.50</dav:price></feed>`;

describe('XPath over XML', () => {
  test.each<[string, readonly Value[]]>([
    ['//entry', ['one!', 't<wo']],
    ['//entry/@id', ['1', '2']],
    ['//entry[@id = "2"]', ['t<wo']],
    ['//entry[1]/text()', ['one']],
    ['count(//entry)', [2]],
    ['//d:price', ['2.50']],
    ['number(//d:price) * 2', [5]],
    ['//entry/@id = "2"', [true]],
    ['string(//entry[1])', ['one!']],
    ['comment()', [' a feed ']],
    ['/feed/missing', []],
    ['number(/feed/missing)', []],
    ['1 div 0e0', []],
    ['(1, "a", false())', [1, 'a', false]],
    ['[1, //entry[1], number("x")]', [[1, 'one!', null]]],
    ['map { "first": //entry[1] }', [{ first: 'one!' }]],
    ['string-join(//entry/@id, ",")', ['1,2']],
    ['trace(7)', [7]],
    ['normalize-space(/)', ['one!t<wo 2.50']],
  ])('%s', (expression, values) =>
    expect(selectXPath(feed, expression, namespaces, 'xml')).toEqual({ ok: true, values }),
  );

  test('a default namespace needs a prefix, or one for names without', () => {
    const text = '<a xmlns="urn:a"><b>1</b></a>';
    const select = (expression: string, names: Record<string, string>) =>
      selectXPath(text, expression, names, 'xml');
    expect(select('//b', {})).toEqual({ ok: true, values: [] });
    expect(select('//a:b', { a: 'urn:a' })).toEqual({ ok: true, values: ['1'] });
    expect(select('//b', { '': 'urn:a' })).toEqual({ ok: true, values: ['1'] });
    expect(select('//*:b', {})).toEqual({ ok: true, values: ['1'] });
  });

  test.each([
    ['<a>', 'not well-formed - element "a" is missing a closing tag (line 1, character 2)'],
    ['<a>\n</b>', 'non-well-formed element: found end tag "b" but expected "a" (line 2, character 1)'],
    ['{}', 'expected "<" (line 1, character 1)'],
    ['<a>&nbsp;</a>', 'reference to unknown entity "nbsp" in content (line 1, character 4)'],
    ['<a>'.repeat(501) + '</a>'.repeat(501), 'elements nest deeper than 500 levels'],
    ['<a>'.repeat(50_000) + '</a>'.repeat(50_000), 'elements nest deeper than 500 levels'],
  ])('%.20s', (text, message) => expect(selectXPath(text, '/', {}, 'xml')).toEqual({ ok: false, message }));

  test('500 levels are read', () => {
    const text = `${'<a>'.repeat(500)}deep${'</a>'.repeat(500)}`;
    expect(selectXPath(text, 'string(/)', {}, 'xml')).toEqual({ ok: true, values: ['deep'] });
  });

  test('entities do not grow without bounds', () => {
    const entities = Array.from({ length: 30 }, (_, n) => `<!ENTITY e${n + 1} "&e${n};&e${n};">`).join('');
    const text = `<!DOCTYPE a [<!ENTITY e0 "lol">${entities}]><a>&e30;</a>`;
    expect(selectXPath(text, '/', {}, 'xml')).toMatchObject({ ok: false });
  });

  test.each([
    ['xs:integer("a")', 'cannot cast a to xs:integer, pattern validation failed'],
    [
      'xs:date("2024-01-01")',
      'its value is neither a node nor text, number or boolean: write string(…) around it',
    ],
    ['function($a) { $a }', 'its value is a function'],
  ])('%s fails', (expression, message) =>
    expect(selectXPath(feed, expression, {}, 'xml')).toEqual({ ok: false, message }),
  );
});

describe('XPath over HTML', () => {
  const page = `<!doctype html><title>Shop &amp; more</title>
    <P CLASS=lead @click="go">one<p>two
    <table><tr><td>1</table>
    <svg><a xlink:href=q></a></svg><x:y>z</x:y><noscript><i>no script</i></noscript>
    <template><u>later</u></template><script>if (1 < 2) {}</script>`;

  test.each<[string, readonly Value[]]>([
    ['//title', ['Shop & more']],
    ['/html/body/table/tbody/tr/td', ['1']],
    ['//p[@class = "lead"]', ['one']],
    ['//P', []],
    ['count(//p)', [2]],
    ['//svg/a/@href', ['q']],
    ['//noscript/i', ['no script']],
    ['//template/u', ['later']],
    ['//script', ['if (1 < 2) {}']],
    ['//xU00003Ay', ['z']],
    ['//@U000040click', ['go']],
  ])('%s', (expression, values) =>
    expect(selectXPath(page, expression, {}, 'html')).toEqual({ ok: true, values }),
  );

  test('any text is a page', () => {
    expect(selectXPath('', 'count(//*)', {}, 'html')).toEqual({ ok: true, values: [3] });
    expect(selectXPath('a < b', '//body', {}, 'html')).toEqual({ ok: true, values: ['a < b'] });
  });

  test('the same text is another tree as XML', () => {
    const text = '<A><B/></A>';
    expect(selectXPath(text, 'count(//a)', {}, 'html')).toEqual({ ok: true, values: [1] });
    expect(selectXPath(text, 'count(//a)', {}, 'xml')).toEqual({ ok: true, values: [0] });
    expect(selectXPath(text, 'count(//A)', {}, 'xml')).toEqual({ ok: true, values: [1] });
  });

  test('depth is bounded', () => {
    expect(selectXPath('<div>'.repeat(600), '//div', {}, 'html')).toEqual({
      ok: false,
      message: 'elements nest deeper than 500 levels',
    });
  });
});

describe('an expression', () => {
  test.each([
    '//a[@id = "1"]/b',
    'count(//d:a)',
    'math:pi()',
    '1 idiv 0',
    'xs:integer(//a)',
    '1 to 100000000',
  ])('%s is one', (expression) => expect(checkXPath(expression, namespaces)).toBeUndefined());

  test.each([
    ['', 'an expression is missing', 0],
    ['//a[@id=]', '"]" is not expected here', 8],
    ['//a[', '"[" is not expected here', 3],
    ['1 +', 'the expression ends too early', 3],
    ['//a\n[', '"[" is not expected here', 4],
    ['//a/e:b', 'the prefix "e" has no namespace', 4],
    ['1 + foo()', 'there is no function foo() with 0 arguments', 4],
    ['string(1, 2)', 'there is no function string() with 2 arguments', 0],
    ['doc("file:///etc/passwd")', 'there is no function doc() with 1 argument', 0],
    ['//a[@b = $c]', 'there is no variable $c', 9],
    ['<a/>', 'this is XQuery, not XPath', 0],
    [`${'('.repeat(5000)}1${')'.repeat(5000)}`, 'nested too deeply', 0],
  ])('%.20s is none', (expression, message, offset) =>
    expect(checkXPath(expression, namespaces)).toEqual({ message, offset }),
  );
});
