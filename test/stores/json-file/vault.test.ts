import { describe, expect, test } from 'vitest';
import { ExactNumber } from '../../../src/query/value.ts';
import { openHidden, openSecrets, sealHidden, sealSecrets } from '../../../src/stores/json-file/hidden.ts';
import { createKey, open, seal } from '../../../src/stores/json-file/vault.ts';
import { finished } from './sample.ts';

const key = createKey();

describe('a sealed value', () => {
  test('opens with its key and purpose, exactly', () => {
    const value = { token: 'abc', total: new ExactNumber('10.0'), pin: new Uint8Array([7]) };
    const sealed = seal(key, 'step login', value);
    expect(sealed).not.toContain('abc');
    expect(open(key, 'step login', sealed)).toStrictEqual(value);
  });

  test('is another text each time', () => {
    expect(seal(key, 'p', 'same')).not.toBe(seal(key, 'p', 'same'));
  });

  const sealed = seal(key, 'step login', 'secret');
  test.each([
    ['another key', createKey(), 'step login', sealed],
    ['another purpose', key, 'step pay', sealed],
    ['no version', key, 'step login', sealed.slice(3)],
    ['no tag', key, 'step login', sealed.slice(0, 12)],
    ['nothing', key, 'step login', 'v1.'],
  ])('does not open with %s', (_, otherKey, purpose, text) => {
    expect(() => open(otherKey, purpose, text)).toThrow(expect.objectContaining({ code: 'bad-seal' }));
  });

  test('does not open with any bit changed', () => {
    const bytes = Buffer.from(sealed.slice(3), 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => open(key, 'step login', `v1.${changed.toString('base64')}`)).toThrow();
    }
  });
});

describe('hidden parts', () => {
  const hidden = { outputs: { token: 'abc' } };
  const created = {
    type: 'run.created',
    at: 1,
    request: {} as never,
    kept: [{ key: 'login', outcome: { state: 'passed', sent: 'yes', startedAt: 1, at: 2 }, hidden }],
  } as const;

  const received = {
    type: 'signal.received',
    at: 1,
    name: 'callback/paid',
    hidden: {
      signal: {
        kind: 'call',
        at: 1,
        method: 'POST',
        headers: [['x-key', 'abc']],
        body: new TextEncoder().encode('abc'),
      },
    },
  } as const;

  test.each([finished('login', { hidden }), created, received])(
    'of $type are ciphertext, and come back',
    (event) => {
      const sealed = sealHidden(key, event);
      expect(JSON.stringify(sealed)).not.toContain('abc');
      expect(JSON.stringify(sealed)).not.toContain('hidden');
      expect(openHidden(key, sealed)).toStrictEqual(event);
    },
  );

  test('of one step do not open as those of another', () => {
    const sealed = sealHidden(key, finished('login', { hidden }));
    expect(() => openHidden(key, { ...sealed, key: 'pay' } as never)).toThrow();
  });

  test('of one signal do not open as those of another', () => {
    const sealed = sealHidden(key, received);
    expect(() => openHidden(key, { ...sealed, name: 'callback/shipped' } as never)).toThrow();
  });

  test('an event without any stays as it is', () => {
    const event = finished('login');
    expect(sealHidden(key, event)).toBe(event);
    expect(openHidden(key, event)).toBe(event);
  });

  test('newer secrets win', () => {
    const resumed = { type: 'run.resumed', at: 1, by: 'me', sendAgain: [] } as const;
    const events = [
      { ...created, ...sealSecrets(key, { A: 'old', B: 'kept' }) },
      { ...resumed, ...sealSecrets(key, {}) },
      { ...resumed, ...sealSecrets(key, { A: 'new' }) },
    ];
    expect(openSecrets(key, events)).toEqual({ A: 'new', B: 'kept' });
  });
});
