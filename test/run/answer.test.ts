import { expect, test, vi } from 'vitest';
import { createAnswer } from '../../src/run/answer.ts';
import { responseOf } from './journey-run.ts';

test('an answer as expressions see it: header names in lower case, the body only where it is JSON', () => {
  const headers = [
    ['ETag', 'x'],
    ['Set-Cookie', 'a=1'],
    ['set-cookie', 'b=2'],
  ] as const;
  expect(createAnswer(responseOf({ status: 201, headers, text: '[1]' })).view()).toEqual({
    status: 201,
    headers: { etag: 'x', 'set-cookie': 'a=1, b=2' },
    body: [1],
  });
  expect(createAnswer(responseOf({ text: 'no' })).view()).toEqual({ status: 200, headers: {} });
});

test('text and JSON are made when first asked for, and once', () => {
  const text = vi.fn(() => '{"a":1}');
  const answer = createAnswer({ ...responseOf({}), text });
  expect(answer.status).toBe(200);
  expect(answer.headerNames()).toEqual([]);
  expect(text).not.toHaveBeenCalled();
  expect(answer.json()).toBe(answer.json());
  expect(answer.view()).toBe(answer.view());
  expect(answer.text()).toBe('{"a":1}');
  expect(text).toHaveBeenCalledTimes(1);
});
