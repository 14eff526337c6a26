import {
  anything,
  type Check,
  isCount,
  isKindOf,
  isListOf,
  isOneOf,
  isRecord,
  isText,
  isTrue,
  isTuple,
} from './check.ts';
import { assertion, condition, output } from './judgement-shape.ts';
import { request } from './request-shape.ts';
import { at, entries, texts } from './text-shapes.ts';
import { retryCauses } from './types.ts';

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

const forEach = isRecord({ items: anything, as: isText, concurrency: isCount });
const repeat = isRecord({ set: isListOf(output), start: entries, max: isCount }, { until: condition });

const command = isKindOf({
  shell: [{ line: isText }],
  file: [{ file: isText, args: isListOf(anything) }],
});

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
  forEach,
  repeat,
  continueOnFailure: isTrue,
  flaky: isTrue,
  inCleanup: isTrue,
};
const timedOptions = { ...stepOptions, timeoutMs: isCount };
const stepKinds = isKindOf({
  request: [
    { ...stepMembers, request },
    {
      ...stepOptions,
      values: entries,
      declared: isListOf(input),
      actor: isText,
      timeoutMs: isCount,
      retry,
      poll,
    },
  ],
  check: [stepMembers, { ...stepOptions, note: isText }],
  parallel: [{ ...stepMembers, steps }, timedOptions],
  group: [{ ...stepMembers, steps }, timedOptions],
  journey: [
    {
      ...stepMembers,
      journey: isText,
      inputs: entries,
      declared: isListOf(input),
      variables: isListOf(variable),
      steps,
      after: steps,
    },
    timedOptions,
  ],
  wait: [{ ...stepMembers, until: isText }, timedOptions],
  waitFor: [{ ...stepMembers, callback: isText }, timedOptions],
  manual: [{ ...stepMembers, ask: isText }, timedOptions],
  exec: [
    { ...stepMembers, command, env: entries },
    { ...stepOptions, cwd: isText, stdin: isText, timeoutMs: isCount, idempotent: isTrue },
  ],
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
  {
    version: isText,
    description: isText,
    owner: isText,
    files: isListOf(isTuple(isText, isText)),
    redact: isRecord({ headers: texts, body: texts }),
  },
);
