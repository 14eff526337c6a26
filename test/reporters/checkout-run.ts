import type { At } from '../../src/artifact/texts.ts';
import type { Artifact, RequestStep, Step } from '../../src/artifact/types.ts';
import type { ValueMap } from '../../src/query/value.ts';
import type { Look, RunContext, Stream } from '../../src/reporters/reporter.ts';
import type { RunEvent } from '../../src/run/event.ts';
import { foldEvent } from '../../src/run/fold.ts';
import type { AssertionResult, BodyEvidence, Evidence, Outcome } from '../../src/run/outcome.ts';
import type { RunRecord } from '../../src/run/record.ts';
import { createRecord } from '../../src/run/record-plan.ts';
import type { RunRequest } from '../../src/run/request.ts';

/** 2026-11-25T10:00:00Z */
export const start = Date.UTC(2026, 10, 25, 10);
const digest = `3f9c2a1${'0'.repeat(57)}`;

const source = {
  file: 'journeys/checkout-flow.yaml',
  text: `name: checkout-flow
steps:
  - id: login
    request: { method: POST, path: /login }
  - id: createCart
    request: { method: POST, path: /carts }
    outputs: { cartId: $.id }
    cleanup:
      - id: dropCart
        request: { method: DELETE, path: "/carts/\${{ steps.createCart.outputs.cartId }}" }
  - id: addItem
    request: { method: POST, path: "/carts/\${{ steps.createCart.outputs.cartId }}/items" }
    assertions:
      - body: { $: { equals: { items: [{ sku: SKU-1, quantity: 2 }], note: null } } }
  - id: pay
    request: { method: POST, path: "/carts/\${{ steps.createCart.outputs.cartId }}/checkout" }
    assertions:
      - status: [200, 202]
      - body: { $.order.total: { atLeast: 0.01 } }
      - duration: { lessThan: 2s }
  - id: confirmed
    request: { path: "/orders/\${{ steps.pay.outputs.orderId }}" }
    poll: { every: 500ms, timeout: 30s }
    assertions:
      - body: { $.status: confirmed }
`,
};

/** Where `text` stands in the source. */
export function placeOf(text: string): {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
} {
  const lines = source.text.split('\n');
  const line = lines.findIndex((one) => one.includes(text)) + 1;
  if (line === 0) throw new Error(`the source has no ${text}`);
  const column = (lines[line - 1] ?? '').indexOf(text) + 1;
  return { file: source.file, line, column, endLine: line, endColumn: column + text.length };
}

function at(text: string): At {
  const { line, column, endLine, endColumn } = placeOf(text);
  return [0, line, column, endLine, endColumn];
}

export function requestStep(
  key: string,
  method: string,
  path: string,
  more: Partial<RequestStep> = {},
): RequestStep {
  const id = key.slice(key.lastIndexOf('/') + 1);
  return {
    kind: 'request',
    key,
    id,
    at: source.text.includes(`id: ${id}\n`) ? at(`id: ${id}`) : [0, 1, 1, 1, 2],
    verifies: [],
    outputs: [],
    reads: [],
    assertions: [],
    cleanup: [],
    undoes: [],
    request: { method, service: 'shop', path, query: [], headers: [] },
    ...more,
  };
}

const cart = `/carts/\${{ steps.createCart.outputs.cartId }}`;

const checkoutSteps: readonly Step[] = [
  requestStep('login', 'POST', '/login'),
  requestStep('createCart', 'POST', '/carts', {
    cleanup: [
      requestStep('createCart/dropCart', 'DELETE', cart, { undoes: ['createCart'], inCleanup: true }),
    ],
  }),
  requestStep('addItem', 'POST', `${cart}/items`),
  requestStep('pay', 'POST', `${cart}/checkout`),
  requestStep('confirmed', 'GET', `/orders/\${{ steps.pay.outputs.orderId }}`, {
    poll: { everyMs: 500, timeoutMs: 30_000 },
  }),
];

function artifactOf(steps: readonly Step[] = checkoutSteps): Artifact {
  return {
    format: 'reqflo-artifact/1',
    name: 'checkout-flow',
    tags: [],
    acceptance: [],
    inputs: [],
    variables: [],
    presets: [],
    cases: [],
    needs: { services: ['shop'], values: [], secrets: [] },
    steps,
    cleanup: [],
    sources: [source],
  };
}

function requestOf(more: Partial<RunRequest> = {}): RunRequest {
  return {
    id: 'run_01JDBK3M8Q7TZ3V6W1XK9C4R2N',
    artifact: digest,
    journey: 'checkout-flow',
    case: 'Happy path',
    environment: {
      name: 'staging',
      services: { shop: { url: 'https://staging.shop.example/api', headers: [] } },
      values: {},
    },
    inputs: { email: 'ada@example.com', quantity: 2 },
    variables: {},
    origins: { email: 'default', quantity: 'case' },
    secrets: [],
    seed: '81274',
    createdAt: start,
    firstRun: 'run_01JDBK3M8Q7TZ3V6W1XK9C4R2N',
    generations: {},
    ...more,
  };
}

export function body(text: string): BodyEvidence {
  return { size: Buffer.byteLength(text), sha256: 'a'.repeat(64), ...(text === '' ? {} : { text }) };
}

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
  readonly answer?: string;
  readonly statusText?: string;
  readonly curl?: string;
  readonly assertions?: readonly AssertionResult[];
}

function evidenceOf(exchange: Exchange): Evidence {
  const url = `https://staging.shop.example/api${exchange.path}`;
  return {
    request: {
      method: exchange.method,
      url,
      headers: [['content-type', 'application/json']],
      ...(exchange.curl === undefined ? {} : { curl: exchange.curl }),
    },
    response: {
      status: exchange.status,
      statusText: exchange.statusText ?? 'OK',
      httpVersion: '1.1',
      headers: [['Content-Type', 'application/json; charset=utf-8']],
      body: body(exchange.answer ?? ''),
    },
    assertions: exchange.assertions ?? [],
    durationMs: exchange.ms,
  };
}

function held(text: string): AssertionResult {
  return { text, passed: true, ...placeOf('- id: login') };
}

/** Events of a run, made one after the other on a clock that moves by what each step takes. */
export class Story {
  readonly artifact: Artifact;
  readonly request: RunRequest;
  readonly events: RunEvent[] = [];
  now = start;

  constructor(request: Partial<RunRequest> = {}, steps?: readonly Step[]) {
    this.artifact = artifactOf(steps);
    this.request = requestOf(request);
  }

  add(event: RunEvent): this {
    this.events.push(event);
    return this;
  }

  created(kept: Extract<RunEvent, { type: 'run.created' }>['kept'] = []): this {
    return this.add({ type: 'run.created', at: this.now, request: this.request, kept });
  }

  begins(epoch = 1, worker = 'worker-1', after?: string): this {
    return this.add({
      type: 'run.started',
      at: this.now,
      epoch,
      worker,
      ...(after === undefined ? {} : { after }),
    });
  }

  intends(key: string, method: string, path: string, repeatable = false): this {
    const target = `https://staging.shop.example/api${path}`;
    return this.add({ type: 'step.started', at: this.now, key, intent: { method, target, repeatable } });
  }

  finishes(key: string, outcome: Partial<Outcome>, evidence?: Evidence): this {
    const startedAt = this.now;
    this.now += evidence?.durationMs ?? 0;
    const whole: Outcome = { state: 'passed', sent: 'yes', startedAt, at: this.now, ...outcome };
    return this.add({
      type: 'step.finished',
      at: this.now,
      key,
      outcome: whole,
      ...(evidence === undefined ? {} : { evidence }),
    });
  }

  sends(key: string, exchange: Exchange, outcome: Partial<Outcome> = {}): this {
    return this.intends(key, exchange.method, exchange.path).finishes(key, outcome, evidenceOf(exchange));
  }

  logsIn(): this {
    return this.sends('login', {
      method: 'POST',
      path: '/login',
      status: 200,
      ms: 41,
      assertions: [held('status 200')],
    });
  }

  createsCart(): this {
    const outputs: ValueMap = { cartId: 'c_1042' };
    return this.sends(
      'createCart',
      {
        method: 'POST',
        path: '/carts',
        status: 201,
        ms: 18,
        assertions: [held('status 201'), held('header location starts with "/carts/"')],
      },
      { outputs },
    );
  }

  addsItem(): this {
    const path = '/carts/c_1042/items';
    return this.sends('addItem', {
      method: 'POST',
      path,
      status: 201,
      ms: 22,
      assertions: [held('status 201')],
    });
  }

  pays(): this {
    const assertions = [
      held('status in [200,202]'),
      held('$.order.total at least 0.01'),
      held('duration less than 2s'),
    ];
    const path = '/carts/c_1042/checkout';
    return this.sends(
      'pay',
      { method: 'POST', path, status: 202, ms: 310, assertions },
      { outputs: { orderId: 'o_77' } },
    );
  }

  confirms(): this {
    for (const look of [1, 2, 3]) {
      const due = { at: this.now + 508, kind: 'poll' as const };
      this.sends(
        `confirmed#${look}`,
        { method: 'GET', path: '/orders/o_77', status: 200, ms: 8 },
        { again: due, state: 'failed', reason: 'assertion' },
      );
      this.now += 500;
    }
    return this.sends('confirmed#4', {
      method: 'GET',
      path: '/orders/o_77',
      status: 200,
      ms: 9,
      assertions: [held('$.status "confirmed"'), held('$.items length 1'), held('$.items[0] like {…}')],
    });
  }

  dropsCart(outcome: Partial<Outcome> = {}): this {
    const path = '/carts/c_1042';
    return this.sends('createCart/dropCart', { method: 'DELETE', path, status: 204, ms: 12 }, outcome);
  }

  ends(
    state: 'passed' | 'failed' | 'canceled',
    more: Partial<Extract<RunEvent, { type: 'run.finished' }>> = {},
  ): this {
    return this.add({ type: 'run.finished', at: this.now, state, ...more });
  }

  /** The record before the first event, and after each. */
  records(): readonly RunRecord[] {
    const records = [createRecord(this.artifact, this.request)];
    for (const event of this.events) records.push(foldEvent(records.at(-1)!, event));
    return records;
  }

  record(): RunRecord {
    return this.records().at(-1)!;
  }

  context(backend: RunContext['backend'] = 'local', previous?: RunRecord): RunContext {
    return {
      artifact: this.artifact,
      runId: this.request.id,
      backend,
      ...(previous === undefined ? {} : { previous }),
    };
  }
}

export const pipe: Look = { columns: 80, colour: false, interactive: false, unicode: true };

export interface Captured extends Stream {
  text(): string;
}

export function capture(look: Partial<Look> = {}): Captured {
  let all = '';
  return {
    ...pipe,
    ...look,
    write(text) {
      all += text;
    },
    text: () => all,
  };
}
