import { describe, expect, test } from 'vitest';
import type { Exchange, Hop } from '../../src/run/wire.ts';
import { braced } from '../query/scope.ts';
import { type Reply, tell } from './journey-run.ts';

const hop: Hop = {
  method: 'POST',
  url: 'https://shop.example/api/a?key=hunter22',
  sentHeaders: [['x-step', 'one']],
  status: 302,
  statusText: 'Found',
  httpVersion: '1.1',
  headers: [
    ['location', '/b?key=hunter22'],
    ['set-cookie', 'session=abcd; Path=/'],
  ],
  location: '/b?key=hunter22',
  durationMs: 4,
};

const exchange: Partial<Exchange> = {
  hops: [hop],
  redirected: { method: 'GET', url: 'https://other.example/b?key=hunter22' },
  sentHeaders: [
    ['x-step', 'one'],
    ['cookie', 'lang=en'],
    ['user-agent', 'reqflo/test'],
  ],
};

const reply: Reply = {
  json: { id: 1 },
  exchange,
  response: { redirects: 1, url: 'https://other.example/b' },
};
const yaml = `
steps:
  - id: only
    request: { method: POST, path: "/a?key=${braced('secrets.KEY')}", followRedirects: true, json: { a: 1 }, headers: { x-step: one }, auth: { bearer: "${braced('secrets.KEY')}" } }
    outputs: { asked: { value: "${braced('[request.method, request.headers["x-step"]]').replaceAll('"', "'")}" } }
    assertions: [{ redirects: 1 }, { url: "https://other.example/b" }, { body: $.id, equals: 1 }]
    cleanup: [{ id: undo, request: { method: DELETE, path: /a } }]
`;

describe('a request that was redirected', () => {
  const run = (more: Reply = {}) =>
    tell({ yaml, secrets: { KEY: 'hunter22' }, replies: { 'POST /a?key=hunter22': { ...reply, ...more } } });

  test('is judged by its last answer', async () => {
    const told = await run();
    expect(told.step('only').state).toBe('passed');
    // `request` is what was asked.
    expect(told.outcome('only').outputs).toEqual({ asked: ['POST', 'one'] });
  });

  test('shows in its evidence what was sent last, and each hop before it, masked', async () => {
    const { request, hops } = (await run()).evidence('only');
    expect(request).toEqual({
      method: 'GET',
      url: 'https://other.example/b?key=***',
      headers: [
        ['x-step', 'one'],
        ['cookie', 'lang=***'],
        ['user-agent', 'reqflo/test'],
      ],
      curl: `curl "https://other.example/b?key=$SECRET" -H 'x-step: one' -H "cookie: lang=$COOKIE"`,
    });
    expect(hops).toEqual([
      {
        method: 'POST',
        url: 'https://shop.example/api/a?key=***',
        status: 302,
        headers: [
          ['location', '/b?key=***'],
          ['set-cookie', 'session=***; Path=/'],
        ],
        location: '/b?key=***',
        durationMs: 4,
      },
    ]);
  });

  test('did arrive, although its last answer refused it', async () => {
    expect((await run({ status: 404 })).lines.at(-1)).toBe('DELETE /a');
    const challenged = { ...hop, status: 401 };
    const { location: _, ...challenge } = challenged;
    const refused = await run({ status: 403, exchange: { hops: [challenge] } });
    expect(refused.lines).toHaveLength(1);
  });

  test('keeps the cookies of all its hops', async () => {
    const cookie = { key: 'session', value: 'abcd', domain: 'shop.example', path: '/' };
    const told = await tell({
      yaml: 'steps: [{ id: a, request: { path: /a, followRedirects: true } }, { id: b, request: { path: /b } }]',
      replies: { 'GET /a': { exchange: { ...exchange, cookies: [cookie] } } },
    });
    expect(told.sent[1]?.cookies).toEqual([cookie]);
  });
});
