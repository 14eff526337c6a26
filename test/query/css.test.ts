import { beforeAll, describe, expect, test } from 'vitest';
import { checkSelector, loadCss, selectCss } from '../../src/query/css.ts';

beforeAll(() => loadCss());

const page = `<title>Shop</title><ul id=list><li class="a on"><a href="/1">One</a><li>Two <b>&amp;</b></ul>
  <table><tr><td>1</table><a>no link</a>`;

describe('CSS selectors', () => {
  test.each([
    ['title', undefined, ['Shop']],
    ['li', undefined, ['One', 'Two &']],
    ['#list > li.on', undefined, ['One']],
    ['table > tbody td', undefined, ['1']],
    ['a', 'href', ['/1']],
    ['li', 'class', ['a on']],
    ['li:has(b), title', undefined, ['Shop', 'Two &']],
    ['li:not(.on)', undefined, ['Two &']],
    ['.missing', undefined, []],
    ['a', 'constructor', []],
  ])('%s %s', (selector, attribute, values) =>
    expect(selectCss(page, selector, attribute)).toEqual({ ok: true, values }),
  );

  test('names of XML are as they are written', () => {
    const text = '<Feed><Entry Id="7">x</Entry></Feed>';
    expect(selectCss(text, 'Entry', 'Id', 'xml')).toEqual({ ok: true, values: ['7'] });
    expect(selectCss(text, 'entry', undefined, 'xml')).toEqual({ ok: true, values: [] });
    expect(selectCss(text, 'entry')).toEqual({ ok: true, values: ['x'] });
  });

  test('a wrong selector and a tree too deep are told', () => {
    expect(selectCss(page, 'li:foo')).toEqual({ ok: false, message: 'unknown pseudo-class :foo' });
    expect(selectCss('<div>'.repeat(600), 'div')).toEqual({
      ok: false,
      message: 'elements nest deeper than 500 levels',
    });
  });
});

describe('a selector', () => {
  test.each(['li', 'a[href^="/"]', 'p:nth-child(2n+1)', 'x\\:y', '> a', 'a:hover'])('%s is one', (selector) =>
    expect(checkSelector(selector)).toBeUndefined(),
  );

  test.each([
    ['', 'a selector is missing'],
    ['a >', 'the selector ends too early'],
    ['a,', 'empty sub-selector'],
    ['a[', 'expected name, found the end'],
    ['a:not(', 'missing closing parenthesis in :not'],
    ['p::before', 'pseudo-elements are not supported'],
  ])('%j is none', (selector, message) => expect(checkSelector(selector)).toEqual({ message }));
});
