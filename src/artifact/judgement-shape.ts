import { filterNames } from '../query/filter.ts';
import { openApiKinds, openApiSeverities } from '../query/openapi.ts';
import {
  anything,
  type Check,
  isCount,
  isFlag,
  isKindOf,
  isListOf,
  isOneOf,
  isRecord,
  isText,
  isTrue,
  isTuple,
} from './check.ts';
import { plainTargets, timingPhases, valueKinds } from './judgement.ts';
import { at, texts } from './text-shapes.ts';

const media = isRecord({ type: isText }, { schema: anything });
const response = isRecord({ status: isText, content: isListOf(media) });
const operation = isRecord({ method: isText, path: isText, responses: isListOf(response) });
const rules = isRecord(Object.fromEntries(openApiKinds.map((kind) => [kind, isOneOf(openApiSeverities)])));

const target = isKindOf({
  ...Object.fromEntries(plainTargets.map((kind) => [kind, [{}] as const])),
  header: [{ name: isText }],
  cookie: [{ name: isText }],
  body: [{ path: isText }],
  xpath: [{ expression: isText, namespaces: isListOf(isTuple(isText, isText)) }],
  css: [{ selector: isText }, { attribute: isText }],
  regex: [{ pattern: isText }],
  timing: [{ phase: isOneOf(timingPhases) }],
  certificate: [{ field: isText }],
  output: [{ name: isText }],
  value: [{ expression: anything }],
  schema: [{ schema: anything }],
  openapi: [
    { file: isText, basePaths: texts, operations: isListOf(operation), definitions: anything, rules },
    { service: isText },
  ],
});

const filter: Check = (value) => filterKinds(value);
const filters = isListOf(filter);
const withArgument = {
  nth: [{ index: isCount }],
  map: [{ filters }],
  split: [{ separator: isText }],
  join: [{ separator: isText }],
  replace: [{ pattern: isText, with: isText }],
  regex: [{ pattern: isText }],
  format: [{ format: isText }],
} as const;
const filterKinds = isKindOf({
  ...Object.fromEntries(filterNames.map((kind) => [kind, [{}] as const])),
  ...withArgument,
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

export const assertion = isRecord({ at, target, matcher }, { filters, soft: isTrue, message: isText });
export const output = isRecord(
  { name: isText, at, target },
  { filters, secret: isTrue, optional: isTrue, default: anything, beside: isTrue },
);
export const condition = isKindOf({
  expression: [{ expression: isText, at }],
  assertions: [{ assertions: isListOf(assertion) }],
});
