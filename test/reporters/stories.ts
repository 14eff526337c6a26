import type { AssertionResult } from '../../src/run/outcome.ts';
import { body, placeOf, requestStep, Story } from './checkout-run.ts';

const statusFailed: AssertionResult = {
  text: 'status in [200,202]',
  passed: false,
  expected: [200, 202],
  actual: 409,
  ...placeOf('- status: [200, 202]'),
};
const totalMissing: AssertionResult = {
  text: '$.order.total at least 0.01',
  passed: false,
  expected: 0.01,
  path: '$.order.total',
  note: 'not there; the body has: error, sku',
  ...placeOf('$.order.total: { atLeast: 0.01 }'),
};
const inTime: AssertionResult = {
  text: 'duration less than 2s',
  passed: true,
  actual: 35,
  ...placeOf('- duration: { lessThan: 2s }'),
};

const curl = `curl -X POST https://staging.shop.example/api/carts/c_1042/checkout -H 'idempotency-key: 5f0c' -H "authorization: Bearer $TOKEN" --json '{"reference":"ada@example.com"}'`;

/** 5 steps, 10 assertions. */
export function passed(): Story {
  return new Story()
    .created()
    .begins()
    .logsIn()
    .createsCart()
    .addsItem()
    .pays()
    .confirms()
    .dropsCart()
    .ends('passed');
}

/** Two assertions of `pay` failed; `confirmed` was not reached. */
export function outOfStock(): Story {
  return new Story({ case: 'Out of stock' })
    .created()
    .begins()
    .logsIn()
    .createsCart()
    .addsItem()
    .sends(
      'pay',
      {
        method: 'POST',
        path: '/carts/c_1042/checkout',
        status: 409,
        statusText: 'Conflict',
        ms: 35,
        answer: '{"error":"out_of_stock","sku":"SKU-0"}',
        curl,
        assertions: [statusFailed, totalMissing, inTime],
      },
      { state: 'failed', reason: 'assertion', rejected: true },
    )
    .dropsCart()
    .ends('failed', { reason: 'assertion', key: 'pay' });
}

/** A structure that differs in three places, one of them a near miss. */
export function differing(): Story {
  return new Story()
    .created()
    .begins()
    .logsIn()
    .createsCart()
    .sends(
      'addItem',
      {
        method: 'POST',
        path: '/carts/c_1042/items',
        status: 201,
        ms: 22,
        answer: JSON.stringify({
          items: [{ sku: 'SKU-10', quantity: '2' }, { sku: 'GIFT' }],
          links: Array.from({ length: 6 }, (_, index) => `https://shop.example/very/long/link/${index}`),
        }),
        assertions: [
          {
            text: '$ {"items":[{"sku":"SKU-1","quantity":2}],"note":null}',
            passed: false,
            expected: { items: [{ sku: 'SKU-1', quantity: 2 }], note: null },
            actual: { items: [{ sku: 'SKU-10', quantity: '2' }, { sku: 'GIFT' }] },
            path: '$',
            differences: [
              { path: '$.items[0].sku', expected: 'SKU-1', actual: 'SKU-10' },
              { path: '$.items[0].quantity', expected: 2, actual: '2', note: 'a string, not a number' },
              { path: '$.items[1]', actual: { sku: 'GIFT' } },
              { path: '$.note', expected: null, note: 'not there' },
            ],
            ...placeOf('$: { equals: { items: [{ sku: SKU-1, quantity: 2 }], note: null } }'),
          },
        ],
      },
      { state: 'failed', reason: 'assertion' },
    )
    .dropsCart()
    .ends('failed', { reason: 'assertion', key: 'addItem' });
}

/** The connection broke: nobody knows whether the request arrived. */
export function failedSend(): Story {
  return new Story()
    .created()
    .begins()
    .intends('login', 'POST', '/login')
    .finishes(
      'login',
      { state: 'failed', reason: 'reset', sent: 'maybe' },
      {
        request: {
          method: 'POST',
          url: 'https://staging.shop.example/api/login',
          headers: [],
          body: body('{}'),
          curl: "curl https://staging.shop.example/api/login --json '{}'",
        },
        assertions: [],
        error: { reason: 'reset', message: 'connection reset by 127.0.0.1:4010' },
        durationMs: 12,
      },
    )
    .ends('failed', { reason: 'request', key: 'login' });
}

/** A skipped step, retries, a parallel with a failed branch, a soft failure, and a cleanup that was skipped. */
export function mixed(): Story {
  const steps = [
    requestStep('login', 'POST', '/login', { name: 'Log in as the buyer' }),
    requestStep('warmUp', 'GET', '/health'),
    {
      ...requestStep('carts', 'GET', '/'),
      kind: 'parallel' as const,
      steps: [
        requestStep('carts/first', 'POST', '/carts', {
          cleanup: [
            requestStep('carts/first/dropFirst', 'DELETE', `/carts/\${{ steps.first.outputs.id }}`, {
              inCleanup: true,
            }),
          ],
        }),
        requestStep('carts/second', 'POST', '/carts'),
        requestStep('carts/third', 'POST', '/carts'),
      ],
    },
    { ...requestStep('totals', 'GET', '/'), kind: 'check' as const },
  ];
  const soft: AssertionResult = {
    text: 'header x-request-id exists',
    passed: false,
    soft: true,
    message: 'support needs it',
    note: 'not there; did you mean "x-request"?',
    ...placeOf('request: { method: POST, path: /login }'),
  };
  const created = { method: 'POST', path: '/carts', ms: 20 };
  return new Story({ case: 'Mixed' }, steps)
    .created()
    .begins()
    .sends(
      'login#1',
      { method: 'POST', path: '/login', status: 503, ms: 5 },
      { state: 'failed', reason: 'assertion', again: { at: 0, kind: 'retry' } },
    )
    .sends('login#2', { method: 'POST', path: '/login', status: 200, ms: 7, assertions: [soft] })
    .finishes('warmUp', { state: 'skipped', sent: 'no' })
    .intends('carts/first', 'POST', '/carts')
    .intends('carts/second', 'POST', '/carts')
    .sends('carts/second', { ...created, status: 201 }, { outputs: { id: 2, token: '***' } })
    .finishes(
      'carts/first',
      { state: 'failed', reason: 'value', sent: 'yes' },
      {
        ...evidence(503, '<html>\u001b[31mdown</html>'),
        error: {
          reason: 'value',
          message: 'output "id": not there; the answer is no JSON',
          place: placeOf('outputs: { cartId: $.id }'),
        },
      },
    )
    .add({ type: 'scope.stopped', at: 0, scope: 'carts', reason: 'failFast' })
    .finishes('carts', { state: 'failed', reason: 'value', sent: 'no' })
    .finishes(
      'carts/first/dropFirst',
      { state: 'skipped', sent: 'no' },
      { assertions: [], notes: ['steps.first.outputs.id is not there'], durationMs: 0 },
    )
    .ends('failed', { reason: 'value', key: 'carts/first' });
}

function evidence(status: number, text: string) {
  return {
    request: { method: 'POST', url: 'https://staging.shop.example/api/carts', headers: [] },
    response: {
      status,
      statusText: 'Service Unavailable',
      httpVersion: '1.1',
      headers: [['content-type', 'text/html'] as const],
      body: body(text),
    },
    assertions: [],
    durationMs: 30,
  };
}

/** Worker 2 died before `addItem`, whose intent was not written yet. */
export function recovered(): Story {
  return new Story()
    .created()
    .begins(1, 'worker 2')
    .logsIn()
    .createsCart()
    .begins(2, 'worker 3', 'worker 2 died')
    .addsItem()
    .pays()
    .confirms()
    .dropsCart()
    .ends('passed');
}

/** Worker 2 died while a request without a key was on its way; the next pass found it and asks. */
export function interrupted(): Story {
  return new Story()
    .created()
    .begins(1, 'worker 2')
    .logsIn()
    .createsCart()
    .intends('addItem', 'POST', '/carts/c_1042/items')
    .begins(2, 'worker 3', 'worker 2 died')
    .add({
      type: 'run.interrupted',
      at: 0,
      reason: 'a request that is not safe to send again may have been sent',
      keys: ['addItem'],
    });
}

/** Two branches were in flight when the last of three workers died. */
export function givenUp(): Story {
  const steps = [
    {
      ...requestStep('carts', 'GET', '/'),
      kind: 'parallel' as const,
      steps: [requestStep('carts/first', 'POST', '/carts'), requestStep('carts/second', 'POST', '/carts')],
    },
  ];
  return new Story({}, steps)
    .created()
    .begins(1, 'worker 1')
    .intends('carts/first', 'POST', '/carts')
    .intends('carts/second', 'POST', '/carts')
    .add({
      type: 'run.interrupted',
      at: 0,
      reason: '3 workers died without a new checkpoint, the last of them worker 3',
      keys: ['carts/first', 'carts/second'],
    });
}

/** Something of ours broke. */
export function internal(): Story {
  return new Story()
    .created()
    .begins()
    .logsIn()
    .add({
      type: 'note.added',
      at: 0,
      key: '~internal',
      text: 'TypeError: x is not a function\n    at run (engine.js:1)',
    })
    .ends('failed', { reason: 'internal' });
}

/** `outOfStock` again from where it failed; its cart had been dropped. */
export function retried(): Story {
  const before = outOfStock().record();
  const login = before.steps.find((step) => step.key === 'login')!.attempts[0]!;
  const generations = { createCart: 1, addItem: 1, pay: 1 };
  const story = new Story({
    id: 'run_01JDBKA1ZZ7TZ3V6W1XK9C4R2N',
    retryOf: before.request.id,
    case: 'Out of stock',
    generations,
    undone: { createCart: 'createCart/dropCart' },
  });
  story.now += 60_000;
  return story
    .created([{ key: 'login', outcome: login.outcome!, evidence: login.evidence! }])
    .begins()
    .createsCart()
    .addsItem()
    .pays()
    .confirms()
    .dropsCart()
    .ends('passed');
}
