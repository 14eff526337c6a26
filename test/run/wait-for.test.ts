import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/run/event.ts';
import type { Signal } from '../../src/run/signal.ts';
import { planRetry } from '../../src/stores/kept.ts';
import type { Pass } from '../../src/worker/drive.ts';
import { braced } from '../query/scope.ts';
import { digests, type Story, states, type Told, tell } from './journey-run.ts';

const token = '0123456789abcdef0123456789abcdef';
const callbackUrl = `https://hooks.example/callbacks/${token}`;

function called(json: unknown, more: Partial<Extract<Signal, { kind: 'call' }>> = {}): Signal {
  const body = new TextEncoder().encode(JSON.stringify(json));
  return { kind: 'call', at: Date.now(), method: 'PUT', headers: [['X-Sig', 's-1']], body, ...more };
}

function decided(approved: boolean, note?: string): Signal {
  const said = note === undefined ? {} : { note };
  return { kind: 'decision', at: Date.now(), approved, by: 'ada', ...said };
}

/** Gives a signal as soon as its step waits. */
function answering(signals: { readonly [key: string]: readonly [name: string, signal: () => Signal] }) {
  return (event: RunEvent, pass: Pass): void => {
    if (event.type !== 'wait.started') return;
    const [name, signal] = signals[event.key.replace('~wait/', '')] ?? [];
    if (name !== undefined && signal !== undefined) void pass.receive(name, signal());
  };
}

const paid = `
steps:
  - id: order
    request: { method: POST, path: /orders, json: { notify: "${braced('callbacks.paid')}" } }
    assertions: [{ status: 200 }]
  - id: settle
    waitFor: paid
    timeout: 5m
    outputs:
      id: $.id
      key: { body: $.key, secret: true }
      sig: { header: x-sig }
    assertions: [{ body: { $.state: paid } }]
  - id: told
    request: { path: "/told/${braced('steps.settle.outputs.id')}/${braced("steps.settle.response.headers['x-sig']")}" }
    assertions: [{ status: 200 }]
`;
const inTime = answering({
  settle: ['callback/paid', () => called({ id: 7, state: 'paid', key: 'hidden-key' })],
});

function bodyOf({ sent }: Told, index: number): unknown {
  return JSON.parse(String(sent[index]?.body));
}

function tellPaid(more: Partial<Story> = {}): Promise<Told> {
  return tell({ yaml: paid, callbackUrl, onEvent: inTime, ...more });
}

describe('a step that waits for a callback', () => {
  test('gives away its URL, and takes what was sent there', async () => {
    const told = await tellPaid();
    expect(states(told)).toBe('order passed, settle passed, told passed');
    expect(bodyOf(told, 0)).toEqual({ notify: `${callbackUrl}/paid` });
    expect(told.lines[1]).toBe('GET /told/7/s-1');
    expect(told.outputs('settle')).toEqual({ id: 7, key: 'hidden-key', sig: 's-1' });
  });

  test('shows neither the URL nor a secret of what was sent', async () => {
    const told = await tellPaid();
    const { call } = told.evidence('settle');
    expect(call).toMatchObject({ method: 'PUT', url: 'https://hooks.example/callbacks/***/paid' });
    expect(call?.body?.text).toBe('{"id":7,"state":"paid","key":"***"}');
    const shown = told.events.map((event) => ({ ...event, hidden: undefined }));
    expect(JSON.stringify([shown, told.record])).not.toMatch(new RegExp(`${token}|hidden-key`));
  });

  test('shows nothing of what was sent that the project redacts', async () => {
    const told = await tellPaid({ redact: { headers: ['x-sig'], body: ['$.state'] } });
    expect(told.record.state).toBe('passed');
    expect(told.evidence('settle').call).toMatchObject({
      headers: [['X-Sig', '***']],
      body: { text: '{"id":7,"state":"***","key":"***"}' },
    });
    expect(told.outcome('settle').outputs).toMatchObject({ sig: '***' });
  });

  test('waits on record, for as long as it waits', async () => {
    const seen: unknown[] = [];
    const told = await tellPaid({
      onEvent(event, pass) {
        if (event.type === 'wait.started') seen.push(event.for);
        inTime(event, pass);
      },
    });
    expect(seen).toEqual([
      {
        kind: 'signal',
        name: 'callback/paid',
        from: { kind: 'callback', name: 'paid' },
        until: told.record.request.createdAt + 10 + 5 * 60_000,
      },
    ]);
    expect(told.step('settle')).not.toHaveProperty('awaits');
  });

  test('fails where nobody calls in time', async () => {
    const told = await tellPaid({ onEvent: () => undefined });
    expect(states(told)).toBe('order passed, settle failed, told pending');
    expect(told.record).toMatchObject({ state: 'failed', reason: 'unmet', decidedBy: 'settle' });
    expect(told.evidence('settle')).toMatchObject({
      error: { reason: 'unmet', message: 'nobody called the callback "paid" within 5 m 00 s' },
      durationMs: 5 * 60_000,
    });
  });

  test('fails where what was sent is not what was asserted', async () => {
    const onEvent = answering({
      settle: ['callback/paid', () => called({ id: 7, state: 'late', key: 'k' })],
    });
    const told = await tellPaid({ onEvent });
    expect(told.record).toMatchObject({ state: 'failed', reason: 'assertion', decidedBy: 'settle' });
    expect(told.evidence('settle').call).toMatchObject({ method: 'PUT' });
  });

  test('is not begun where the run is stopped, and the URL is there for its cleanup', async () => {
    const told = await tellPaid({
      yaml: `${paid}
cleanup:
  - id: unhook
    request: { method: DELETE, path: /hooks, json: { url: "${braced('callbacks.paid')}" } }
`,
      onSend: (request, pass) => {
        if (request.method === 'POST') pass.stop('cancel');
      },
    });
    expect(states(told)).toBe('order passed, settle canceled, told pending, unhook passed');
    expect(told.events.map(({ type }) => type)).not.toContain('wait.started');
    expect(bodyOf(told, 1)).toEqual({ url: `${callbackUrl}/paid` });
  });

  test('is skipped where its condition does not hold', async () => {
    const yaml = paid.replace(
      '    waitFor: paid',
      '    if: steps.order.state == "failed"\n    waitFor: paid',
    );
    const told = await tellPaid({ yaml: yaml.slice(0, yaml.indexOf('  - id: told')) });
    expect(states(told)).toBe('order passed, settle skipped');
  });

  test('does not begin where nobody hears callbacks', async () => {
    const { record, sent } = await tellPaid({ callbackUrl: undefined });
    expect(record).toMatchObject({ state: 'failed', reason: 'value', decidedBy: '~callbacks' });
    expect(record.problem?.message).toBe('callbacks are not heard where this run is');
    expect(sent).toEqual([]);
  });

  test('reads a body in its charset, and bytes that are none', async () => {
    const onEvent = answering({
      text: ['callback/text', () => called(null, { body: new Uint8Array([0xe4]), text: 'ä' })],
      bytes: ['callback/bytes', () => called(null, { body: new Uint8Array([0, 0xff]) })],
    });
    const yaml = `
steps:
  - id: send
    request: { path: "/${braced('callbacks.text')}${braced('callbacks.bytes')}" }
    assertions: [{ status: 200 }]
  - id: text
    waitFor: text
    assertions: [{ text: ä }, { bytes: { equals: { base64: "5A==" } } }]
  - id: bytes
    waitFor: bytes
    assertions: [{ bytes: { equals: { hex: "00ff" } } }, { sha256: { length: 64 } }]
`;
    const told = await tell({ yaml, callbackUrl, onEvent });
    expect(states(told)).toBe('send passed, text passed, bytes passed');
    expect(told.evidence('bytes').call?.body).not.toHaveProperty('text');
  });
});

describe('callbacks of rounds and of journeys inside', () => {
  const asking = `
    steps:
      - id: ask
        request: { method: POST, path: /ask, json: { notify: "${braced('callbacks.answered')}" } }
        assertions: [{ status: 200 }]
      - id: answer
        waitFor: answered
        outputs: { text: $ }
`;

  test.each(['[a, b]', '{ items: [a, b], concurrency: 2 }'])('are their own: %s', async (items) => {
    const yaml = `
steps:
  - id: rounds
    forEach: ${items}${asking}    outputs: { text: { value: "${braced('steps.answer.outputs.text')}" } }
  - id: seen
    assertions: [{ value: "${braced("steps.rounds.outputs.text == ['first', 'second']")}" }]
`;
    const onEvent = answering({
      'rounds[0]/answer': ['callback/rounds[0]/answered', () => called('first')],
      'rounds[1]/answer': ['callback/rounds[1]/answered', () => called('second')],
    });
    const told = await tell({ yaml, callbackUrl, onEvent });
    expect(told.step('seen').state).toBe('passed');
    const urls = told.sent.map((_, index) => bodyOf(told, index));
    expect(urls).toEqual([
      { notify: `${callbackUrl}/rounds%5B0%5D/answered` },
      { notify: `${callbackUrl}/rounds%5B1%5D/answered` },
    ]);
  });

  test('of two uses of one journey are two', async () => {
    const inner = `name: inner\ndefaults: { service: shop }\nsteps:${asking.slice(asking.indexOf('steps:') + 6).replaceAll('\n    ', '\n')}`;
    const yaml = `
steps:
  - id: one
    journey: inner
  - id: other
    journey: inner
`;
    const onEvent = answering({
      'one/answer': ['callback/one/answered', () => called('first')],
      'other/answer': ['callback/other/answered', () => called('second')],
    });
    const told = await tell({ yaml, callbackUrl, onEvent, files: { 'journeys/inner.yaml': inner } });
    expect(told.record.state).toBe('passed');
    expect(told.outputs('other/answer')).toEqual({ text: 'second' });
    expect(bodyOf(told, 1)).toEqual({ notify: `${callbackUrl}/other/answered` });
  });
});

describe('a step that waits for a person', () => {
  const yaml = `
inputs: { parcel: { type: string, default: P-1 } }
steps:
  - id: belt
    manual: "Is ${braced('inputs.parcel')} there, ${braced('secrets.NAME')}?"
    outputs: { note: $.note, by: $.by }
    assertions: [{ body: { $.decision: approved } }]
  - id: told
    request: { path: "/told/${braced('steps.belt.outputs.note')}" }
    assertions: [{ status: 200 }]
`;
  const secrets = { NAME: 'hidden-name' };
  const request = { inputs: { parcel: 'P-1' } };
  const answered = (signal: Signal) => answering({ belt: ['decision/belt', () => signal] });

  test('asks, and goes on with an approval', async () => {
    const told = await tell({ yaml, secrets, request, onEvent: answered(decided(true, 'fine')) });
    expect(states(told)).toBe('belt passed, told passed');
    expect(told.lines).toEqual(['GET /told/fine']);
    expect(told.outputs('belt')).toEqual({ note: 'fine', by: 'ada' });
    expect(told.evidence('belt').decision).toEqual({ decision: 'approved', by: 'ada', note: 'fine' });
    const asked = told.events.find((event) => event.type === 'wait.started');
    expect(asked).toMatchObject({ for: { from: { kind: 'person', question: 'Is P-1 there, ***?' } } });
    const shown = told.events.map((event) => ({ ...event, hidden: undefined }));
    expect(JSON.stringify(shown)).not.toContain('hidden-name');
  });

  test('has an empty note where none was given', async () => {
    const told = await tell({ yaml, secrets, request, onEvent: answered(decided(true)) });
    expect(told.outputs('belt')).toEqual({ note: '', by: 'ada' });
  });

  test.each([
    ['too dark', 'rejected by ada: too dark'],
    [undefined, 'rejected by ada'],
  ])('fails with a rejection', async (note, message) => {
    const told = await tell({ yaml, secrets, request, onEvent: answered(decided(false, note)) });
    expect(states(told)).toBe('belt failed, told pending');
    expect(told.record).toMatchObject({ state: 'failed', reason: 'assertion', decidedBy: 'belt' });
    expect(told.evidence('belt')).toMatchObject({
      error: { reason: 'assertion', message, place: { line: 6 } },
      assertions: [],
    });
  });

  test('can be asked in every round of a loop', async () => {
    const onEvent = answering({
      'each[0]': ['decision/each[0]', () => decided(true)],
      'each[1]': ['decision/each[1]', () => decided(false)],
    });
    const looped = 'steps: [{ id: each, forEach: [a, b, c], manual: "Is it there?" }]';
    const told = await tell({ yaml: looped, onEvent });
    expect(states(told)).toBe('each failed, each[0] passed, each[1] failed');
  });
});

describe('a retry', () => {
  test('keeps what came, and where it was to be sent', async () => {
    const told = await tellPaid({ replies: { 'GET /told/7/s-1': { status: 500 } } });
    const { request } = told.record;
    const finished = { artifact: told.artifact, request, history: told.history, effects: effects() };
    const { kept } = await planRetry(finished, 'failed');
    expect(kept.map(({ key }) => key)).toEqual([
      '~variables',
      '~callbacks',
      'order',
      '~timeout/settle',
      '~wait/settle',
      'settle',
    ]);
  });

  test('waits again for a call that was not what was asserted', async () => {
    const onEvent = answering({ settle: ['callback/paid', () => called({ state: 'late' })] });
    const told = await tellPaid({ onEvent });
    const { request } = told.record;
    const finished = { artifact: told.artifact, request, history: told.history, effects: effects() };
    const { kept } = await planRetry(finished, 'failed');
    expect(kept.map(({ key }) => key)).toEqual(['~variables', '~callbacks', 'order']);
  });

  function effects() {
    return {
      ...digests,
      send: () => {
        throw new Error('a dry run sends nothing');
      },
    };
  }
});
