import { failedSends } from '../run/outcome.ts';

const text = { type: 'string' } as const;
const textOrNull = { type: ['string', 'null'] } as const;
const count = { type: 'integer', minimum: 0 } as const;
const position = { type: 'integer', minimum: 1 } as const;
const milliseconds = { type: ['number', 'null'] } as const;
const sha256 = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const exitCode = { type: 'integer', minimum: 0, maximum: 255 } as const;

interface Closed {
  readonly type: 'object';
  readonly properties: { readonly [name: string]: object };
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** An object of these members alone; all but the optional ones are always there. */
function closed(properties: Closed['properties'], optional: readonly string[] = []): Closed {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: 'object', properties, required, additionalProperties: false };
}

function listOf(name: string): object {
  return { type: 'array', items: { $ref: `#/$defs/${name}` } };
}

function orNull(name: string): object {
  return { anyOf: [{ $ref: `#/$defs/${name}` }, { type: 'null' }] };
}

const states = ['queued', 'running', 'waiting', 'interrupted', 'passed', 'failed', 'canceled'];

const listEntry = {
  id: { type: 'string', pattern: '^run_' },
  journey: text,
  case: textOrNull,
  row: { type: ['integer', 'null'], minimum: 1 },
  batch: { type: 'string', pattern: '^batch_' },
  environment: text,
  backend: { enum: ['local', 'cloud'] },
  artifact: sha256,
  state: { enum: states },
  reason: { enum: ['assertion', 'unmet', 'request', 'value', 'timeout', 'internal', 'superseded', null] },
  exitCode,
  retryOf: textOrNull,
  retriedBy: textOrNull,
  createdAt: { type: 'string', format: 'date-time' },
  durationMs: milliseconds,
} as const;

const batchEntry = {
  id: { type: 'string', pattern: '^batch_' },
  createdAt: { type: 'string', format: 'date-time' },
  environment: text,
  journeys: { type: 'array', items: text },
  file: textOrNull,
  total: { type: ['integer', 'null'], minimum: 1 },
  registered: count,
} as const;

const summary = closed({ runs: count, passed: count, failed: count, canceled: count, open: count });

const headers = {
  type: 'array',
  items: { type: 'array', items: text, minItems: 2, maxItems: 2 },
} as const;

const reasons = ['assertion', 'unmet', 'value', ...failedSends, 'notStarted', 'internal'];

const definitions = {
  run: closed({ ...listEntry, error: orNull('error'), steps: listOf('step') }, ['batch']),
  batch: closed(batchEntry),
  step: closed(
    {
      key: text,
      name: textOrNull,
      state: {
        enum: ['pending', 'running', 'passed', 'failed', 'skipped', 'reused', 'canceled', 'unknown'],
      },
      reason: { enum: [...reasons, null] },
      error: orNull('error'),
      furtherErrors: listOf('error'),
      attempts: count,
      durationMs: milliseconds,
      request: orNull('request'),
      response: orNull('response'),
      command: { $ref: '#/$defs/command' },
      call: { $ref: '#/$defs/request' },
      decision: { $ref: '#/$defs/decision' },
      waitsFor: text,
      outputs: { type: 'object' },
      assertions: listOf('assertion'),
    },
    ['furtherErrors', 'command', 'call', 'decision', 'waitsFor'],
  ),
  command: closed({ text, exitCode, stdout: { $ref: '#/$defs/body' }, stderr: { $ref: '#/$defs/body' } }, [
    'exitCode',
  ]),
  decision: closed({ decision: { enum: ['approved', 'rejected'] }, by: text, note: text }),
  error: closed({
    reason: { enum: reasons },
    message: text,
    file: textOrNull,
    line: { type: ['integer', 'null'], minimum: 1 },
    column: { type: ['integer', 'null'], minimum: 1 },
  }),
  request: closed({ method: text, url: text, headers, body: { $ref: '#/$defs/body' }, curl: text }, [
    'body',
    'curl',
  ]),
  response: closed({
    status: { type: 'integer', minimum: 100, maximum: 999 },
    statusText: text,
    httpVersion: text,
    headers,
    body: { $ref: '#/$defs/body' },
  }),
  body: closed({ size: count, sha256, text, truncated: { const: true } }, ['text', 'truncated']),
  coverage: closed({
    service: text,
    file: text,
    operations: listOf('coveredOperation'),
    unknown: { type: 'array', items: closed({ method: text, path: text, requests: count }) },
  }),
  coveredOperation: closed({
    method: text,
    path: text,
    requests: count,
    statuses: { type: 'array', items: closed({ status: text, answers: count }) },
    undocumented: { type: 'array', items: count },
  }),
  assertion: closed(
    {
      text,
      passed: { type: 'boolean' },
      expected: {},
      actual: {},
      path: textOrNull,
      note: text,
      file: text,
      line: position,
      column: position,
    },
    ['expected', 'actual', 'note'],
  ),
};

const dialect = 'https://json-schema.org/draft/2020-12/schema';

/** JSON Schema (2020-12) of what `run`, `status ID`, `wait` and `retry` print with `--json`. */
export const resultSchema = {
  $schema: dialect,
  $id: 'urn:reqflo:schema:result:1',
  title: 'Runs of reqflo',
  ...closed(
    {
      schemaVersion: { const: 1 },
      runs: listOf('run'),
      summary,
      coverage: listOf('coverage'),
      batch: { $ref: '#/$defs/batch' },
      exitCode,
    },
    ['coverage', 'batch'],
  ),
  $defs: definitions,
};

/** JSON Schema (2020-12) of what `list`, `status BATCH`, and `status` alone, print with `--json`. */
export const listSchema = {
  $schema: dialect,
  $id: 'urn:reqflo:schema:list:1',
  title: 'A list of runs of reqflo',
  ...closed(
    {
      schemaVersion: { const: 1 },
      runs: listOf('run'),
      batches: listOf('listedBatch'),
      batch: { $ref: '#/$defs/batch' },
      summary,
      exitCode,
    },
    ['batches', 'batch'],
  ),
  $defs: {
    run: closed(listEntry, ['batch']),
    batch: closed(batchEntry),
    listedBatch: closed({
      ...batchEntry,
      state: { enum: states },
      states: closed(Object.fromEntries(states.map((state) => [state, count]))),
      durationMs: milliseconds,
    }),
  },
};
