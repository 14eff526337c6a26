import { filterNames } from '../query/filter.ts';
import { openApiKinds, openApiSeverities } from '../query/openapi.ts';
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
import { plainTargets, timingPhases, valueKinds } from './judgement.ts';
import { retryCauses } from './types.ts';

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

const assertion = isRecord({ at, target, matcher }, { filters, soft: isTrue, message: isText });
const output = isRecord(
  { name: isText, at, target },
  { filters, secret: isTrue, optional: isTrue, default: anything, beside: isTrue },
);
const condition = isKindOf({
  expression: [{ expression: isText, at }],
  assertions: [{ assertions: isListOf(assertion) }],
});

const credentials = { username: isText, password: isText };
const auth = isKindOf({
  none: [{}],
  basic: [credentials],
  digest: [credentials],
  bearer: [{ token: isText }],
  apiKey: [{ name: isText, value: isText, in: isOneOf(['header', 'query', 'cookie']) }],
  oauth2: [
    {
      tokenUrl: isText,
      grant: isOneOf(['clientCredentials', 'password', 'refreshToken']),
      clientAuth: isOneOf(['basic', 'post']),
    },
    {
      clientId: isText,
      clientSecret: isText,
      username: isText,
      password: isText,
      refreshToken: isText,
      scope: isText,
      extra: isListOf(isTuple(isText, isText)),
    },
  ],
  awsSigV4: [
    { accessKeyId: isText, secretAccessKey: isText },
    { sessionToken: isText, region: isText, service: isText },
  ],
});
const content = isKindOf({
  value: [{ value: anything }],
  json: [{ value: anything }],
  bytes: [{ base64: isText }],
});
const part = isRecord({ content }, { filename: isText, contentType: isText });
const body = isKindOf({
  json: [{ value: anything }],
  form: [{ entries }],
  text: [{ text: isText }],
  multipart: [{ parts: isListOf(isTuple(isText, part)) }],
  graphql: [{ query: isText }, { variables: anything }],
  bytes: [{ base64: isText }],
});
const request = isRecord(
  { method: isText, query: entries, headers: entries },
  {
    service: isText,
    path: isText,
    url: isText,
    body,
    auth,
    fromDefaults: isRecord({ headers: entries }, { auth, cookies: entries }),
    idempotencyKey: isEither(isTrue, isText),
    idempotent: isTrue,
    followRedirects: isCount,
    compression: isTrue,
    http2: isTrue,
    proxy: isText,
    tls: isRecord({}, { ca: isText, cert: isText, key: isText, insecure: isFlag }),
    cookies: entries,
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
    { ...stepOptions, values: entries, actor: isText, timeoutMs: isCount, retry, poll },
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
