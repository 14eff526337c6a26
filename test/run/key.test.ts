import { expect, test } from 'vitest';
import {
  attemptKey,
  conditionKey,
  isEngineKey,
  stepKey,
  variablesKey,
  waitedAttempt,
  waitKey,
} from '../../src/run/key.ts';

test('keys come from the artifact, and those of the engine begin with ~', () => {
  const attempt = attemptKey('users/pay', 2);
  expect(attempt).toBe('users/pay#2');
  expect(stepKey(attempt)).toBe('users/pay');
  expect(stepKey('users/pay')).toBe('users/pay');
  expect([variablesKey, waitKey(attempt), conditionKey('users')].every(isEngineKey)).toBe(true);
  expect(isEngineKey(attempt)).toBe(false);
  expect(waitedAttempt(waitKey(attempt))).toBe(attempt);
  expect(waitedAttempt(conditionKey('users'))).toBeUndefined();
});
