import { describe, expect, test } from 'vitest';
import { readTarget, type Target } from '../../src/http/target.ts';

function targetOf(url: string): Target {
  const reading = readTarget(url);
  if (reading.kind === 'refused') throw new Error(reading.problem);
  return reading.target;
}

describe('where a request goes', () => {
  test.each([
    ['http://localhost', 'http://localhost', 'localhost', 'localhost:80', '/'],
    ['https://localhost/a', 'https://localhost', 'localhost', 'localhost:443', '/a'],
    ['HTTP://LOCALHOST:80/a', 'http://localhost', 'localhost', 'localhost:80', '/a'],
    ['http://127.1:4010?q=1', 'http://127.0.0.1:4010', '127.0.0.1:4010', '127.0.0.1:4010', '/?q=1'],
    ['http://[::1]:4010/a#b', 'http://[::1]:4010', '[::1]:4010', '[::1]:4010', '/a'],
    ['http://localhost#b', 'http://localhost', 'localhost', 'localhost:80', '/'],
    ['http://münchen.example/a', 'http://xn--mnchen-3ya.example', 'xn--mnchen-3ya.example', undefined, '/a'],
    ['  http://localhost/a b  ', 'http://localhost', 'localhost', 'localhost:80', '/a%20b'],
    ['http://localhost/../a/./b', 'http://localhost', 'localhost', 'localhost:80', '/../a/./b'],
    ['http://localhost\\a', 'http://localhost', 'localhost', 'localhost:80', '/a'],
  ])('%s', (url, origin, host, place, pathAndQuery) => {
    const expected = { url, origin, host, pathAndQuery, ...(place && { place }) };
    // What was read before is known the second time, and must be the same.
    expect([targetOf(url), targetOf(url)]).toMatchObject([expected, expected]);
  });

  test('is told for each of more servers than are remembered', () => {
    const ports = Array.from({ length: 200 }, (_, index) => String(4000 + index));
    expect(ports.map((port) => targetOf(`http://localhost:${port}/a`).origin)).toEqual(
      ports.map((port) => `http://localhost:${port}`),
    );
  });
});

test.each([
  ['localhost/a', '"localhost/a" is no URL'],
  ['http://localhost:99999/a', '"http://localhost:99999/a" is no URL'],
  ['ftp://localhost/a', 'a URL begins with http:// or https://, not ftp:'],
  ['http://ada@localhost/a', 'the URL holds a user name or password: use `auth: { basic: … }`'],
])('%s is refused', (url, problem) => {
  expect([readTarget(url), readTarget(url)]).toEqual(Array(2).fill({ kind: 'refused', problem }));
});
