import {
  anything,
  type Check,
  isCount,
  isEither,
  isFlag,
  isKindOf,
  isListOf,
  isOneOf,
  isRecord,
  isText,
  isTrue,
  isTuple,
} from './check.ts';
import { retryCauses, valueKinds } from './types.ts';

const at = isTuple(isCount, isCount, isCount, isCount, isCount);
const texts = isListOf(isText);
const entries = isListOf(isTuple(isText, anything));
const inputType = isOneOf(['string', 'number', 'integer', 'boolean', 'array', 'object']);

const input = isRecord(
  { name: isText, at },
  {
    type: inputType,
    description: isText,
    default: anything,
    minimum: isCount,
    maximum: isCount,
    minLength: isCount,
    maxLength: isCount,
    pattern: isText,
    enum: isListOf(anything),
  },
);
const variable = isRecord({ name: isText, at, value: anything });
const namedValues = isRecord({ name: isText, at, values: entries });

const target = isKindOf({
  status: [{}],
  text: [{}],
  duration: [{}],
  error: [{}],
  attempts: [{}],
  header: [{ name: isText }],
  body: [{ path: isText }],
  value: [{ expression: anything }],
});

const matcher: Check = (value) => matcherRecord(value);
const matcherRecord = isRecord(
  {},
  {
    equals: anything,
    notEquals: anything,
    contains: anything,
    notContains: anything,
    startsWith: anything,
    endsWith: anything,
    matches: anything,
    in: anything,
    exists: isFlag,
    is: isOneOf(valueKinds),
    greaterThan: anything,
    atLeast: anything,
    lessThan: anything,
    atMost: anything,
    between: anything,
    length: anything,
    like: anything,
    each: matcher,
    any: matcher,
    not: matcher,
  },
);

const assertion = isRecord({ at, target, matcher }, { soft: isTrue, message: isText });
const output = isRecord(
  { name: isText, at, target },
  { secret: isTrue, optional: isTrue, default: anything },
);
const condition = isKindOf({
  expression: [{ expression: isText, at }],
  assertions: [{ assertions: isListOf(assertion) }],
});

const auth = isKindOf({
  none: [{}],
  basic: [{ username: isText, password: isText }],
  bearer: [{ token: isText }],
});
const body = isKindOf({ json: [{ value: anything }], form: [{ entries }], text: [{ text: isText }] });
const request = isRecord(
  { method: isText, query: entries, headers: entries },
  {
    service: isText,
    path: isText,
    url: isText,
    body,
    auth,
    fromDefaults: isRecord({ headers: entries }, { auth }),
    idempotencyKey: isEither(isTrue, isText),
    idempotent: isTrue,
  },
);

const retry = isRecord(
  {
    attempts: isCount,
    delayMs: isCount,
    backoff: isOneOf(['constant', 'exponential']),
    maxDelayMs: isCount,
    jitter: isCount,
    on: isListOf(isOneOf(retryCauses)),
  },
  { when: condition },
);
const poll = isRecord({ everyMs: isCount, timeoutMs: isCount }, { until: condition, attempts: isCount });

const step: Check = (value) => stepKinds(value);
const steps = isListOf(step);
const stepMembers = {
  key: isText,
  id: isText,
  at,
  verifies: texts,
  outputs: isListOf(output),
  reads: isListOf(texts),
  assertions: isListOf(assertion),
  cleanup: steps,
  undoes: texts,
};
const stepOptions = {
  name: isText,
  if: isRecord({ expression: isText, at }),
  continueOnFailure: isTrue,
  flaky: isTrue,
  inCleanup: isTrue,
};
const stepKinds = isKindOf({
  request: [
    { ...stepMembers, request },
    { ...stepOptions, timeoutMs: isCount, retry, poll },
  ],
  check: [stepMembers, stepOptions],
  parallel: [{ ...stepMembers, steps }, stepOptions],
});

/** The whole of an artifact of format 1, checked member by member. */
export const artifactShape = isRecord(
  {
    format: isText,
    name: isText,
    tags: texts,
    acceptance: isListOf(isTuple(isText, isText)),
    inputs: isListOf(input),
    variables: isListOf(variable),
    presets: isListOf(namedValues),
    cases: isListOf(namedValues),
    needs: isRecord({ services: texts, values: texts, secrets: texts }),
    steps,
    cleanup: steps,
    sources: isListOf(isRecord({ file: isText, text: isText })),
  },
  { version: isText, description: isText, owner: isText },
);
