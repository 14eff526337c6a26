/**
 * Keys of durable steps come from the artifact: `login`, `users/createUser`, and `pay#2` for the second
 * attempt of a step that has `retry` or `poll`. What the engine itself records begins with `~`.
 */
export const variablesKey = '~variables';

export function attemptKey(key: string, attempt: number): string {
  return `${key}#${attempt}`;
}

export function waitKey(attempt: string): string {
  return `~wait/${attempt}`;
}

/** The attempt that a wait follows: `~wait/pay#1` → `pay#1`; undefined for another key. */
export function waitedAttempt(key: string): string | undefined {
  const before = waitKey('');
  return key.startsWith(before) ? key.slice(before.length) : undefined;
}

/** The signal of a callback, whose name is its own among those of its step's journey and round. */
export function callbackSignal(path: string): string {
  return `callback/${path}`;
}

/** A callback beside the step that waits for it: `orders[2]/settled` waits for `orders[2]/paid`. */
export function callbackPath(step: string, name: string): string {
  return step.slice(0, step.lastIndexOf('/') + 1) + name;
}

/** The signal that is a person's decision about a step. */
export function decisionSignal(step: string): string {
  return `decision/${step}`;
}

/** Where callbacks of a run are heard. */
export const callbacksKey = '~callbacks';

export function conditionKey(key: string): string {
  return `~if/${key}`;
}

/** What a loop runs over, or begins with. */
export function itemsKey(key: string): string {
  return `~items/${key}`;
}

/** Inputs and variables of a sub-journey. */
export function inputsKey(key: string): string {
  return `~inputs/${key}`;
}

export function subVariablesKey(key: string): string {
  return `~variables/${key}`;
}

/** When a step with a `timeout` began, and when that is over. */
export function timeoutKey(key: string): string {
  return `~timeout/${key}`;
}

export function isTimeoutKey(key: string): boolean {
  return key.startsWith(timeoutKey(''));
}

/** What is decided before a step of several begins; that stays decided where the step is run again. */
export function isPreparation(key: string): boolean {
  if (isTimeoutKey(key)) return false;
  return isEngineKey(key) && waitedAttempt(key) === undefined && !key.startsWith(tokenKey(''));
}

/** The token of an attempt: `~oauth/pay#1`. */
export function tokenKey(attempt: string): string {
  return `~oauth/${attempt}`;
}

/** The step that a durable key belongs to: `pay#2` → `pay`. */
export function stepKey(key: string): string {
  const at = key.lastIndexOf('#');
  return at === -1 ? key : key.slice(0, at);
}

/** The engine's own keys stand for no step of the plan. */
export function isEngineKey(key: string): boolean {
  return key.startsWith('~');
}
