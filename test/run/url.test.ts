import { describe, expect, test } from 'vitest';
import { appendQuery, encodeComponent, originOf, renderPath, resolveUrl } from '../../src/run/url.ts';
import { braced, createScope, text } from '../query/scope.ts';

function render(path: string, value: string | number | boolean = '') {
  return renderPath(text(path), createScope({ inputs: { x: value } }));
}

const x = braced('inputs.x');

describe('a path', () => {
  test.each<[literal: string, written: string]>([
    ["/a-b._~!$&'()*+,;=:@/c", "/a-b._~!$&'()*+,;=:@/c"],
    ['/a b', '/a%20b'],
    ['/%2F%zz%', '/%2F%25zz%25'],
    ['/é🙂', '/%C3%A9%F0%9F%99%82'],
    ['/a"<>\\^`{|}', '/a%22%3C%3E%5C%5E%60%7B%7C%7D'],
    ['/[1]?f[x]=1&y=/', '/%5B1%5D?f%5Bx%5D=1&y=/'],
    ['/a/../b', '/a/../b'],
    ['/a#b', '/a#b'],
  ])('is sent as written, but for what RFC 3986 forbids: %s', (literal, written) => {
    expect(render(literal)).toEqual({ path: written, slashes: false });
  });

  test.each<[value: string | number | boolean, segment: string]>([
    ['a b', 'a%20b'],
    ["-._~!$&'()*+,;=:@", '-._~%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40'],
    ['%2F', '%252F'],
    ['a?b#c', 'a%3Fb%23c'],
    ['é🙂', '%C3%A9%F0%9F%99%82'],
    ['...', '...'],
    [7, '7'],
    [true, 'true'],
  ])('takes a value as one segment: %s', (value, segment) => {
    expect(render(`/a/${x}/b`, value)).toEqual({ path: `/a/${segment}/b`, slashes: false });
  });

  test('with a slash in a value says so', () => {
    expect(render(`/a/${x}`, 'b/c')).toEqual({ path: '/a/b%2Fc', slashes: true });
  });

  test.each([`/a/${x}`, `/a/${x}/b`, `/a/${x}?b=1`, x])('does not leave a segment empty: %s', (path) => {
    expect(() => render(path, '')).toThrow('a value of the path is empty');
  });

  test.each([`/a/b${x}`, `/a/${x}-c`, `/a?b=${x}`, `/a?b=/${x}`])(
    'but takes nothing as a part of one: %s',
    (path) => {
      expect(render(path, '').path).toBe(path.replace(x, ''));
    },
  );

  test.each(['.', '..'])('does not take %j as a value', (value) => {
    expect(() => render(`/a/${x}`, value)).toThrow('would change the path itself');
  });

  test.each([`/${x}`, '/\ud800'])('does not take half a character: %j', (path) => {
    expect(() => render(path, '\ud83d')).toThrow('is not well-formed Unicode');
  });
});

test('a component keeps unreserved characters alone', () => {
  expect(encodeComponent("aZ0-._~ !'()*&=+/")).toBe('aZ0-._~%20%21%27%28%29%2A%26%3D%2B%2F');
});

test.each<[url: string, origin: string | undefined]>([
  ['https://Shop.Example/API?x#y', 'https://shop.example'],
  ['https://shop.example:443/a', 'https://shop.example'],
  ['https://shop.example:/a', 'https://shop.example'],
  ['http://shop.example:80', 'http://shop.example'],
  ['http://[::1]:80/', 'http://[::1]'],
  ['http://shop.example:443', 'http://shop.example:443'],
  ['https://shop.example:8443', 'https://shop.example:8443'],
  ['https://shop.example@evil.example/', 'https://shop.example@evil.example'],
  ['/a', undefined],
  ['mailto:a@b', undefined],
])('the origin of %s is %s', (url, origin) => {
  expect(originOf(url)).toBe(origin);
});

test.each<[reference: string, url: string]>([
  ['https://other.example/x', 'https://other.example/x'],
  ['//other.example/x', 'https://other.example/x'],
  ['/x', 'https://shop.example/x'],
  ['x/y?z', 'https://shop.example/api/x/y?z'],
  ['./x', 'https://shop.example/api/x'],
  ['../x', 'https://shop.example/x'],
  ['../../../x', 'https://shop.example/x'],
  ['x/..', 'https://shop.example/api/'],
  ['x/.', 'https://shop.example/api/x/'],
  ['x?a=../..', 'https://shop.example/api/x?a=../..'],
  ['?q=1', 'https://shop.example/api/?q=1'],
  ['', 'https://shop.example/api/'],
])('%j against a base (RFC 3986, 5.2)', (reference, url) => {
  expect(resolveUrl('https://shop.example/api/', reference)).toBe(url);
});

test('a base without a path, with a query, or that is none', () => {
  expect(resolveUrl('https://shop.example', 'x')).toBe('https://shop.example/x');
  expect(resolveUrl('https://shop.example/a?q#f', '')).toBe('https://shop.example/a?q');
  expect(resolveUrl('https://shop.example/a?q', '?r')).toBe('https://shop.example/a?r');
  expect(resolveUrl('nowhere', '/x')).toBe('/x');
});

test.each<[url: string, whole: string]>([
  ['/a', '/a?q=1&a%20b=%26'],
  ['/a?x=1', '/a?x=1&q=1&a%20b=%26'],
  ['/a?', '/a?q=1&a%20b=%26'],
  ['/a?x&', '/a?x&q=1&a%20b=%26'],
  ['/a#f#g', '/a?q=1&a%20b=%26#f#g'],
])('a query is appended to %s', (url, whole) => {
  expect(
    appendQuery(url, [
      ['q', '1'],
      ['a b', '&'],
    ]),
  ).toBe(whole);
  expect(appendQuery(url, [])).toBe(url);
});
