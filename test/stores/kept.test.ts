import { describe, expect, test } from 'vitest';
import type { RetryPlan } from '../../src/stores/kept.ts';
import { openMemoryRun } from '../conformance/memory-run.ts';
import { type Played, play } from '../conformance/play.ts';
import { planScene, retriedScene } from '../conformance/retried-scene.ts';
import { createScene, type Scene, type Settings } from '../conformance/scene.ts';
import type { Answers } from '../conformance/target.ts';

interface Finished {
  readonly scene: Scene;
  readonly played: Played;
}

async function finish(steps: string, settings: Settings = {}): Promise<Finished> {
  const text = `name: retried\ndefaults: { service: shop }\nvariables: { id: "\${{ uuid() }}" }\n${steps}`;
  return playScene(createScene(text, settings));
}

async function playScene(scene: Scene): Promise<Finished> {
  return { scene, played: await play(scene, openMemoryRun, []) };
}

function plan({ scene, played }: Finished, from: 'failed' | 'start'): Promise<RetryPlan> {
  return planScene(scene, played, from);
}

function keysOf({ kept }: RetryPlan): readonly string[] {
  return kept.map(({ key }) => key);
}

/** Retries a finished run; this time its target answers as `answers` says. */
async function retry(before: Finished, from: 'failed' | 'start', answers: Answers = {}): Promise<Finished> {
  return playScene(await retriedScene(before.scene, before.played, from, answers));
}

function sendsOf({ played }: Finished): readonly string[] {
  return played.sends.map(({ key }) => key);
}

function idempotencyKey({ played }: Finished, key: string): string | undefined {
  return played.sends.find((sent) => sent.key === key)?.headers['idempotency-key'];
}

const failing = { fail: { status: 500 } };
const fail = `
  - id: fail
    request: { path: /fail }
    assertions: [{ status: 200 }]
`;

describe('a step whose timeout was over', () => {
  const timed = `
steps:
  - id: timed
    timeout: 1h
    steps:
      - { id: put, request: { method: PUT, path: /put }, assertions: [{ status: 200 }] }
      - { id: look, poll: { every: 50m, timeout: 10h }, request: { path: /look }, assertions: [{ status: 200 }] }
`;

  test('keeps what passed inside it, and its time counts anew', async () => {
    const late = { 'timed/look#1': { status: 404 }, 'timed/look#2': { status: 404 } };
    const before = await finish(timed, { answers: late });
    expect(before.played.record).toMatchObject({ state: 'failed', reason: 'unmet', decidedBy: 'timed' });
    expect(keysOf(await plan(before, 'failed'))).toEqual(['~variables', 'timed/put']);
    const after = await retry(before, 'failed', { 'timed/look#1': { status: 404 } });
    expect(sendsOf(after)).toEqual(['timed/look#1', 'timed/look#2']);
    expect(after.played.record.state).toBe('passed');
  });

  test('and passed is kept whole', async () => {
    const before = await finish(`${timed}${fail}`, { answers: failing });
    expect(keysOf(await plan(before, 'failed'))).toEqual([
      '~variables',
      '~timeout/timed',
      'timed/put',
      'timed/look#1',
      'timed',
    ]);
  });
});

describe('a retry from the start', () => {
  test('keeps the variables, and nothing else', async () => {
    const before = await finish(
      `
steps:
  - id: get
    request: { path: /get, query: { id: "\${{ variables.id }}" } }
    assertions: [{ status: 200 }]
${fail}`,
      { answers: failing },
    );
    expect(keysOf(await plan(before, 'start'))).toEqual(['~variables']);
    const after = await retry(before, 'start');
    expect(sendsOf(after)).toEqual(['get', 'fail']);
    expect(after.played.sends[0]?.url).toBe(before.played.sends[0]?.url);
    expect(after.played.record.state).toBe('passed');
  });
});

describe('a retry from the first failed step', () => {
  test.each(['failed', 'start'] as const)('keeps no variables that could not be had (%s)', async (from) => {
    const scene = createScene(
      `
name: without-variables
defaults: { service: shop }
inputs: { order: { type: object, default: {} } }
variables: { id: "\${{ inputs.order.id }}" }
steps:
  - id: get
    request: { path: /get, query: { id: "\${{ variables.id }}" } }
    assertions: [{ status: 200 }]
`,
      {},
    );
    const before = await playScene(scene);
    expect(before.played.record).toMatchObject({ state: 'failed', reason: 'value' });
    expect(keysOf(await plan(before, from))).toEqual([]);
  });

  test('keeps every outcome before it, attempts and waits included, and shows them as reused', async () => {
    const before = await finish(
      `
steps:
  - id: login
    request: { method: POST, path: /login }
    outputs: { token: { body: $.token, secret: true } }
    assertions: [{ status: 200 }]
  - id: retried
    retry: { attempts: 2, delay: 1ms }
    request: { path: /retried }
    assertions: [{ status: 200 }]
  - id: polled
    poll: { every: 1ms, timeout: 1m }
    request: { path: /polled }
    assertions: [{ status: 200 }]
  - id: skipped
    if: "\${{ steps.login.state == 'failed' }}"
    request: { path: /skipped }
    assertions: [{ status: 200 }]
${fail}
  - id: last
    request: { path: /last, auth: { bearer: "\${{ steps.login.outputs.token }}" } }
    assertions: [{ status: 200 }]
`,
      {
        answers: {
          ...failing,
          login: { json: { token: 't-0123456789' }, cookie: 'session=s-1; Path=/' },
          'retried#1': { status: 503 },
          'polled#1': { status: 404 },
        },
      },
    );
    expect(keysOf(await plan(before, 'failed'))).toEqual([
      '~variables',
      'login',
      'retried#1',
      '~wait/retried#1',
      'retried#2',
      'polled#1',
      '~wait/polled#1',
      'polled#2',
      'skipped',
    ]);
    const after = await retry(before, 'failed');
    expect(sendsOf(after)).toEqual(['fail', 'last']);
    expect(after.played.sends[1]?.headers).toMatchObject({
      authorization: 'Bearer t-0123456789',
      cookie: 'session=s-1',
    });
    expect(
      after.played.record.steps.map(({ key, state, attempts }) => [key, state, attempts.length]),
    ).toEqual([
      ['login', 'reused', 1],
      ['retried', 'reused', 2],
      ['polled', 'reused', 2],
      ['skipped', 'skipped', 1],
      ['fail', 'passed', 1],
      ['last', 'passed', 1],
    ]);
  });

  test('starts at a step that failed and let the run go on', async () => {
    const before = await finish(
      `
steps:
  - id: fail
    continueOnFailure: true
    request: { path: /fail }
    assertions: [{ status: 200 }]
  - id: next
    request: { path: /next }
    assertions: [{ status: 200 }]
`,
      { answers: failing },
    );
    expect(keysOf(await plan(before, 'failed'))).toEqual(['~variables']);
    expect(sendsOf(await retry(before, 'failed'))).toEqual(['fail', 'next']);
  });

  test('keeps of a retried run what that one had kept', async () => {
    const steps = `
steps:
  - id: first
    request: { method: POST, path: /first }
    assertions: [{ status: 200 }]
${fail}`;
    const before = await finish(steps, { answers: failing });
    const again = await retry(before, 'failed', failing);
    const plannedAgain = await plan(again, 'failed');
    expect(keysOf(plannedAgain)).toEqual(['~variables', 'first']);
    expect(plannedAgain.generations).toEqual({ fail: 2 });
    expect(sendsOf(await retry(again, 'failed'))).toEqual(['fail']);
  });

  test('does not keep an attempt behind which another one was due, whatever it was', async () => {
    const before = await finish(
      `
steps:
  - id: flaky
    retry: { attempts: 3, delay: 1h }
    request: { path: /flaky }
  - id: next
    request: { path: /next }
    assertions: [{ status: 200 }]
`,
      { answers: { 'flaky#1': { status: 503 } }, cancelAfter: 'step.finished flaky#1' },
    );
    expect(before.played.record.state).toBe('canceled');
    expect(keysOf(await plan(before, 'failed'))).toEqual(['~variables']);
    expect(sendsOf(await retry(before, 'failed'))).toEqual(['flaky#1', 'next']);
  });
});

describe('a step that was undone', () => {
  const cart = `
  - id: before
    request: { path: /before }
    assertions: [{ status: 200 }]
  - id: cart
    request: { method: POST, path: /carts, idempotencyKey: true }
    outputs: { cartId: $.id }
    assertions: [{ status: 201 }]
`;
  const between = `
  - id: between
    request: { path: "/carts/\${{ steps.cart.outputs.cartId }}" }
    assertions: [{ status: 200 }]
${fail}`;
  const answers = { ...failing, cart: { status: 201, json: { id: 'c-1' } } };
  const ownCleanup = `
    cleanup:
      - id: drop
        request: { method: DELETE, path: "/carts/\${{ steps.cart.outputs.cartId }}" }
`;
  const journeyCleanup = `
cleanup:
  - id: drop
    request: { method: DELETE, path: "/carts/\${{ steps.cart.outputs.cartId }}" }
`;
  test.each([
    ['its own cleanup', `steps:${cart}${ownCleanup}${between}`, 'cart/drop'],
    ['the cleanup of the journey', `steps:${cart}${between}${journeyCleanup}`, 'drop'],
  ])('by %s runs again, with all after it, and says so', async (_, text, by) => {
    const before = await finish(text, { answers });
    const planned = await plan(before, 'failed');
    expect(keysOf(planned)).toEqual(['~variables', 'before']);
    expect(planned.undone).toEqual({ cart: by });
    const after = await retry(before, 'failed', { cart: { status: 201, json: { id: 'c-2' } } });
    expect(sendsOf(after)).toEqual(['cart', 'between', 'fail', by]);
    // What was undone is done anew, and not the same again.
    expect(idempotencyKey(after, 'cart')).not.toBe(idempotencyKey(before, 'cart'));
  });

  test('is none where its cleanup had nothing to send', async () => {
    const text = `
steps:${cart}
${fail}
cleanup:
  - id: drop
    request: { method: DELETE, path: "/carts/\${{ steps.cart.outputs.cartId }}/\${{ steps.fail.outputs.id }}" }
`.replace('path: /fail }', 'path: /fail }\n    outputs: { id: $.id }');
    const before = await finish(text, { answers });
    const planned = await plan(before, 'failed');
    expect(keysOf(planned)).toEqual(['~variables', 'before', 'cart']);
    expect(planned.undone).toEqual({});
  });

  test('and is reused is undone by the new run’s cleanup', async () => {
    const once = await finish(`steps:${cart}${between}${journeyCleanup}`, { answers });
    const { request } = once.scene.run;
    // `--no-cleanup` left everything in place.
    const scene = {
      ...once.scene,
      run: { ...once.scene.run, request: { ...request, noCleanup: true as const } },
    };
    const before = await playScene(scene);
    expect(sendsOf(before)).toEqual(['before', 'cart', 'between', 'fail']);
    const kept = await plan(before, 'failed');
    expect(keysOf(kept)).toEqual(['~variables', 'before', 'cart', 'between']);
    const after = await retry({ scene: once.scene, played: before.played }, 'failed');
    expect(sendsOf(after)).toEqual(['fail', 'drop']);
  });
});

describe('of a parallel', () => {
  test('whose branch failed the others are kept, nested ones too, and conditions', async () => {
    const before = await finish(
      `
steps:
  - id: group
    if: "\${{ run.id != '' }}"
    parallel:
      - id: passes
        request: { method: POST, path: /passes }
        outputs: { id: $.id }
        assertions: [{ status: 201 }]
      - id: inner
        parallel:
          - id: deep
            request: { method: POST, path: /deep }
            assertions: [{ status: 200 }]
          - id: fail
            request: { path: /fail }
            assertions: [{ status: 200 }]
  - id: last
    if: "\${{ steps.passes.state == 'passed' }}"
    request: { path: "/last/\${{ steps.passes.outputs.id }}" }
    assertions: [{ status: 200 }]
`,
      { answers: { 'group/passes': { status: 201, json: { id: 7 } }, 'group/inner/fail': { status: 500 } } },
    );
    const planned = await plan(before, 'failed');
    expect(keysOf(planned).toSorted()).toEqual([
      'group/inner/deep',
      'group/passes',
      '~if/group',
      '~variables',
    ]);
    const after = await retry(before, 'failed');
    expect(sendsOf(after)).toEqual(['group/inner/fail', 'last']);
    expect(after.played.sends[1]?.url).toBe('http://shop.test/last/7');
    expect(after.played.record.state).toBe('passed');
  });

  test('that was undone as a whole nothing is kept, and of one branch that was undone only that one runs', async () => {
    const journey = (cleanup: string) => `
steps:
  - id: group
    parallel:
      - id: one
        request: { method: PUT, path: /one }
        outputs: { id: $.id }
        assertions: [{ status: 200 }]
      - id: two
        request: { method: PUT, path: /two }
        assertions: [{ status: 200 }]
${cleanup}`;
    const own = `
    cleanup:
      - id: drop
        request: { method: DELETE, path: /both }
${fail}`;
    const answers = { ...failing, 'group/one': { json: { id: 1 } } };
    const whole = await finish(journey(own), { answers });
    const plannedWhole = await plan(whole, 'failed');
    expect(keysOf(plannedWhole)).toEqual(['~variables']);
    expect(plannedWhole.undone).toEqual({
      group: 'group/drop',
      'group/one': 'group/drop',
      'group/two': 'group/drop',
    });

    const part = `
${fail}
cleanup:
  - id: drop
    request: { method: DELETE, path: "/one/\${{ steps.one.outputs.id }}" }
`;
    const branch = await finish(journey(part), { answers });
    const plannedBranch = await plan(branch, 'failed');
    expect(keysOf(plannedBranch)).toEqual(['~variables', 'group/two']);
    expect(plannedBranch.undone).toEqual({ 'group/one': 'drop' });
    expect(sendsOf(await retry(branch, 'failed', { 'group/one': { json: { id: 2 } } }))).toEqual([
      'group/one',
      'fail',
      'drop',
    ]);
  });
});

describe('the idempotency key of a step that runs again', () => {
  const pay = `
steps:
  - id: pay
    retry: { attempts: 2, delay: 1ms }
    request: { method: POST, path: /payments, idempotencyKey: true }
    assertions: [{ status: 201 }]
`;
  const lost = { error: 'timeout', sent: 'maybe' } as const;
  test.each([
    ['is another one after an answer', { 'pay#1': { status: 409 } }, 1],
    ['is the same where nobody knows whether it arrived', { 'pay#1': lost, 'pay#2': lost }, undefined],
    [
      'is the same where only an earlier attempt was answered',
      { 'pay#1': { status: 503 }, 'pay#2': lost },
      undefined,
    ],
    ['is another one where the last attempt was answered', { 'pay#1': lost, 'pay#2': { status: 409 } }, 1],
    [
      'is the same where nothing ever left',
      { 'pay#1': { error: 'refused' }, 'pay#2': { error: 'refused' } },
      undefined,
    ],
  ] as const)('%s', async (_, answers, generation) => {
    const before = await finish(pay, { answers });
    expect((await plan(before, 'failed')).generations.pay).toBe(generation);
    const after = await retry(before, 'failed', { 'pay#1': { status: 201 } });
    expect(after.played.record.state).toBe('passed');
    const same = idempotencyKey(after, 'pay#1') === idempotencyKey(before, 'pay#1');
    expect(same).toBe(generation === undefined);
  });
});

describe('of a loop', () => {
  const looped = (loop: string, more = '') => `
steps:
  - id: add
    forEach: ${loop}
    request: { method: PUT, path: "/\${{ item }}", headers: { x-key: "\${{ uuid() }}" } }
    outputs: { id: { body: $.id, default: none } }
    assertions: [{ status: 200 }]
${more}`;

  test('whose round failed the rounds before it are kept, and what it loops over', async () => {
    const before = await finish(looped('[a, b, c]'), { answers: { 'add[1]': { status: 500 } } });
    expect(keysOf(await plan(before, 'failed'))).toEqual(['~variables', '~items/add', 'add[0]']);
    const after = await retry(before, 'failed');
    expect(sendsOf(after)).toEqual(['add[1]', 'add[2]']);
    expect(after.played.record.steps.map(({ key, state }) => `${key} ${state}`)).toEqual([
      'add passed',
      'add[0] reused',
      'add[1] passed',
      'add[2] passed',
    ]);
  });

  test('with concurrency all that passed are kept', async () => {
    const before = await finish(looped('{ items: [a, b, c], concurrency: 3 }'), {
      answers: { 'add[1]': { status: 500 } },
    });
    const kept = keysOf(await plan(before, 'failed'));
    expect(kept.toSorted()).toEqual(['add[0]', 'add[2]', '~items/add', '~variables']);
    expect(sendsOf(await retry(before, 'failed'))).toEqual(['add[1]']);
  });

  test('that passed is kept with its rounds', async () => {
    const before = await finish(looped('[a, b]', fail), { answers: failing });
    expect(keysOf(await plan(before, 'failed'))).toEqual([
      '~variables',
      '~items/add',
      'add[0]',
      'add[1]',
      'add',
    ]);
    expect(sendsOf(await retry(before, 'failed'))).toEqual(['fail']);
  });

  test('the repeat goes on where it was', async () => {
    const before = await finish(
      `
steps:
  - id: page
    repeat: { set: { cursor: { body: $.next, secret: true } } }
    request: { path: "/pages/\${{ index }}", headers: { x-cursor: "\${{ repeat.cursor }}" } }
    assertions: [{ status: 200 }]
`,
      { answers: { 'page[0]': { json: { next: 'secret-b' } }, 'page[1]': { status: 500 } } },
    );
    expect(keysOf(await plan(before, 'failed'))).toEqual(['~variables', '~items/page', 'page[0]']);
    const after = await retry(before, 'failed');
    expect(after.played.sends.map(({ headers }) => headers['x-cursor'])).toEqual(['secret-b']);
  });

  test('a cleanup of a round undoes that round alone', async () => {
    const text = `
steps:
  - id: users
    forEach: [a, b]
    steps:
      - id: make
        request: { method: PUT, path: "/\${{ item }}" }
        assertions: [{ status: 200 }]
        cleanup: [{ id: drop, if: "item == 'b'", request: { method: DELETE, path: "/\${{ item }}" } }]
      - id: tags
        forEach: { items: [x, y], as: tag }
        request: { method: PUT, path: "/\${{ item }}/\${{ tag }}" }
        assertions: [{ status: 200 }]
        cleanup: [{ id: untag, if: "item == 'b' && tag == 'y'", request: { method: DELETE, path: "/\${{ item }}/\${{ tag }}" } }]
${fail}`;
    const before = await finish(text, { answers: failing });
    const planned = await plan(before, 'failed');
    expect(planned.undone).toEqual({
      'users[1]/make': 'users[1]/make/drop',
      'users[1]/tags[1]': 'users[1]/tags[1]/untag',
    });
    expect(keysOf(planned)).toEqual([
      '~variables',
      '~items/users',
      'users[0]/make',
      '~items/users[0]/tags',
      'users[0]/tags[0]',
      'users[0]/tags[1]',
      'users[0]/tags',
      'users[0]',
    ]);
    const after = await retry(before, 'failed');
    expect(sendsOf(after).slice(0, 4)).toEqual([
      'users[1]/make',
      'users[1]/tags[0]',
      'users[1]/tags[1]',
      'fail',
    ]);
    expect(planned.generations).toEqual({
      'users[1]/make': 1,
      'users[1]/tags[0]': 1,
      'users[1]/tags[1]': 1,
      fail: 1,
      'users[1]/make/drop': 1,
      'users[1]/tags[1]/untag': 1,
    });
  });

  test('a cleanup of a step around it undoes the steps of its own round', async () => {
    const before = await finish(
      `
steps:
  - id: users
    forEach: [a, b]
    steps: [{ id: make, request: { method: PUT, path: "/\${{ item }}" }, assertions: [{ status: 200 }] }]
    cleanup: [{ id: drop, if: "index == 1", request: { method: DELETE, path: "/\${{ item }}" } }]
${fail}`,
      { answers: failing },
    );
    expect((await plan(before, 'failed')).undone).toEqual({
      'users[1]': 'users[1]/drop',
      'users[1]/make': 'users[1]/drop',
    });
  });

  test('the journey’s cleanup that reads its outputs undoes all its rounds', async () => {
    const cleanup = `
cleanup:
  - id: drop
    forEach: { items: "\${{ steps.add.outputs.id }}", as: id }
    request: { method: DELETE, path: "/\${{ id }}/\${{ steps.add.outputs.id[0] }}" }
`;
    const before = await finish(looped('[a, b]', fail) + cleanup, { answers: failing });
    const planned = await plan(before, 'failed');
    expect(planned.undone).toEqual({ add: 'drop[1]', 'add[0]': 'drop[1]', 'add[1]': 'drop[1]' });
    expect(keysOf(planned)).toEqual(['~variables']);
    expect(sendsOf(await retry(before, 'failed'))).toEqual([
      'add[0]',
      'add[1]',
      'fail',
      'drop[0]',
      'drop[1]',
    ]);
  });
});

describe('of a sub-journey', () => {
  const inner = `
name: inner
defaults: { service: shop }
inputs: { name: { type: string } }
variables: { id: "\${{ uuid() }}" }
outputs: { id: { value: "\${{ steps.make.outputs.id }}" } }
steps:
  - id: make
    request: { method: PUT, path: "/\${{ inputs.name }}/\${{ variables.id }}" }
    outputs: { id: $.id }
    assertions: [{ status: 200 }]
  - id: check
    request: { path: "/\${{ steps.make.outputs.id }}" }
    assertions: [{ status: 200 }]
`;
  const outer = 'steps: [{ id: me, journey: inner, inputs: { name: a } }]';
  const files = { 'journeys/inner.yaml': inner };

  test('inputs, variables and the steps that passed are kept', async () => {
    const answers = { 'me/make': { json: { id: 7 } }, 'me/check': { status: 500 } };
    const before = await finish(outer, { answers, files });
    expect(keysOf(await plan(before, 'failed'))).toEqual([
      '~variables',
      '~inputs/me',
      '~variables/me',
      'me/make',
    ]);
    const after = await retry(before, 'failed');
    expect(after.played.sends.map(({ url }) => url)).toEqual(['http://shop.test/7']);
  });

  test('its own cleanup undoes what it reads', async () => {
    const text = `${inner}cleanup: [{ id: drop, request: { method: DELETE, path: "/\${{ steps.make.outputs.id }}" } }]`;
    const before = await finish(
      `steps: [{ id: me, forEach: [a, b], journey: inner, inputs: { name: "\${{ item }}" } }]`,
      {
        files: { 'journeys/inner.yaml': text },
        answers: {
          'me[0]/make': { json: { id: 7 } },
          'me[1]/make': { json: { id: 8 } },
          'me[1]/check': { status: 500 },
        },
      },
    );
    expect((await plan(before, 'failed')).undone).toEqual({
      'me[0]/make': 'me[0]/drop',
      'me[1]/make': 'me[1]/drop',
    });
  });

  test('in a cleanup undoes what its inputs read', async () => {
    const before = await finish(
      `
steps:
  - { id: cart, request: { method: POST, path: /carts }, outputs: { id: $.id }, assertions: [{ status: 200 }] }
${fail}
cleanup: [{ id: me, journey: inner, inputs: { name: "\${{ steps.cart.outputs.id }}" } }]
`,
      { files, answers: { ...failing, cart: { json: { id: 'c-1' } }, 'me/make': { json: { id: 1 } } } },
    );
    expect(Object.keys((await plan(before, 'failed')).undone)).toEqual(['cart']);
  });
});
