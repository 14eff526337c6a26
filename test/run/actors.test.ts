import { expect, test } from 'vitest';
import { braced } from '../query/scope.ts';
import { tell } from './journey-run.ts';

const cookie = (value: string) => ({ key: 'session', value, domain: 'shop.example', path: '/' });

test('each actor has a jar of its own; none neither sends nor keeps cookies', async () => {
  const told = await tell({
    yaml: `
actors: { seller: {}, buyer: {} }
steps:
  - { id: own, request: { path: /own } }
  - { id: sells, actor: seller, request: { path: /sells } }
  - { id: nobody, actor: none, request: { path: /nobody } }
  - { id: ownAgain, request: { path: /again } }
  - { id: sellsAgain, actor: seller, request: { path: /again } }
  - { id: buys, actor: buyer, request: { path: /again } }
  - { id: nobodyAgain, actor: none, request: { path: /again } }
`,
    replies: {
      'GET /own': { cookies: [cookie('own')] },
      'GET /sells': { cookies: [cookie('seller')] },
      'GET /nobody': { cookies: [cookie('nobody')] },
    },
  });
  expect(told.sent.map(({ cookies }) => cookies)).toEqual([
    [],
    [],
    undefined,
    [cookie('own')],
    [cookie('seller')],
    [],
    undefined,
  ]);
  expect(told.sent[2]).not.toHaveProperty('cookies');
});

test('jars of branches are joined actor by actor', async () => {
  const told = await tell({
    yaml: `
actors: { seller: {} }
steps:
  - id: both
    parallel:
      - { id: a, request: { path: /a } }
      - { id: b, actor: seller, request: { path: /b } }
  - { id: c, request: { path: /c } }
  - { id: d, actor: seller, request: { path: /d } }
`,
    replies: { 'GET /a': { cookies: [cookie('a')] }, 'GET /b': { cookies: [cookie('b')] } },
  });
  expect(told.sent.slice(2).map(({ cookies }) => cookies)).toEqual([[cookie('a')], [cookie('b')]]);
});

test('what an actor adds is evaluated at each use, and goes to its service alone', async () => {
  const told = await tell({
    yaml: `
defaults: { service: shop }
actors:
  seller: { auth: { bearer: "${braced('steps.login.outputs.token')}" }, headers: { x-id: "${braced('uuid()')}" } }
steps:
  - { id: login, request: { path: /login }, outputs: { token: $.token } }
  - { id: a, actor: seller, request: { path: /a } }
  - { id: b, actor: seller, request: { path: /b } }
  - { id: away, actor: seller, request: { url: "https://evil.example/" } }
`,
    replies: { 'GET /login': { json: { token: 't-1' } } },
  });
  const [, a, b, away] = told.sent.map(({ headers }) => Object.fromEntries(headers));
  expect(a).toEqual({ 'x-id': expect.any(String), Authorization: 'Bearer t-1' });
  expect(b?.['x-id']).not.toBe(a?.['x-id']);
  expect(away).toEqual({});
});
