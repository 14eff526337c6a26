import type { ParsedAssertion } from './assertion.ts';
import { assertionsShape, conditionShape } from './condition.ts';
import { described } from './described.ts';
import { execShape } from './exec.ts';
import { forEachShape, repeatShape } from './loop.ts';
import { entries, type Listed, list, named, record } from './map-shapes.ts';
import type { BooleanNode, MapNode, TextNode } from './node.ts';
import { stepWords } from './other-words.ts';
import { outputShape } from './output.ts';
import { requestKeys, requestShape } from './request.ts';
import { duration, flag, number, onlyTrue, readDuration, template, text, word } from './scalar-shapes.ts';
import { type Infer, type Shape, wrongType } from './shape.ts';
import { manualShape, waitForShape } from './wait-for.ts';

export const retryCauses = ['connection', 'timeout', '429', '5xx', 'assertion'] as const;

export const retryShape = record({
  name: 'retry',
  main: 'attempts',
  required: {},
  optional: {
    attempts: number({ integer: true, minimum: 1, maximum: 1000 }, 'Sendings in all, the first included'),
    delay: described(duration(), 'Pause before the second sending', '500ms'),
    backoff: word(['constant', 'exponential'], 'How the pause grows'),
    maxDelay: duration('The longest pause'),
    jitter: number({ minimum: 0, maximum: 1 }, 'Part of the pause that is drawn at random'),
    on: described(list(word(retryCauses), 'a list of causes'), 'What it is tried again for', [
      'connection',
      'timeout',
      '5xx',
    ]),
    when: described(
      conditionShape,
      'Only where this holds: an expression, or a list of assertions',
      'response.status == 409',
    ),
  },
});
export type ParsedRetry = Infer<typeof retryShape>;

const pollShape = record({
  name: 'poll',
  required: {},
  optional: {
    until: described(
      conditionShape,
      'It ends when this holds; when left out, when the assertions hold',
      "response.body.status == 'done'",
    ),
    every: described(duration(), 'Pause between two looks; 1s when left out', '500ms'),
    timeout: described(duration(), 'All looks together; 1m when left out', '30s'),
    attempts: number({ integer: true, minimum: 1 }, 'Looks at most'),
  },
});
export type ParsedPoll = Infer<typeof pollShape>;

/** A condition that decides before the step: `true` and `false` may be written as they are. */
const ifShape: Shape<TextNode | BooleanNode> = {
  read(node, reading) {
    if (node.kind === 'text' || node.kind === 'boolean') return node;
    return wrongType(reading, node, 'an expression');
  },
  schema: () => ({
    type: ['string', 'boolean'],
    description: 'The step is skipped where this is false',
    examples: [`\${{ inputs.quantity > 1 }}`],
  }),
};

/** A pause: a duration or a time, or an expression that gives one. */
const waitShape: Shape<TextNode> = {
  read(node, reading) {
    if (node.kind === 'text') return node;
    readDuration(node, reading);
    return undefined;
  },
  schema: () => ({
    type: 'string',
    description: 'A pause: a duration, or a time (RFC 3339)',
    examples: ['10s', '2026-01-31T12:00:00Z'],
  }),
};

/** What a step is, of which it has one; a template may have a request beside it. */
export const kindNames = [
  'request',
  'use',
  'journey',
  'steps',
  'parallel',
  'set',
  'wait',
  'waitFor',
  'manual',
  'exec',
  'note',
] as const;

const templates = entries(template(), 'a map of values');

const stepSettings = record({
  name: 'a step',
  required: { id: described(text(), 'Letters, digits and _; unique in the file', 'createCart') },
  optional: {
    name: text('For people'),
    if: ifShape,
    request: described(requestShape, 'An HTTP request', {
      method: 'POST',
      path: '/carts',
      json: { sku: 'SKU-1' },
    }),
    use: described(
      text(),
      'A request template: shop/add-item is add-item of templates/shop.yaml',
      'shop/add-item',
    ),
    values: described(templates, 'What the request template is given', { sku: `\${{ inputs.sku }}` }),
    journey: described(text(), 'Another journey as a step, by its name or path', 'log-in'),
    inputs: described(templates, 'What the other journey is given', { email: 'ada@example.com' }),
    steps: described(
      named('steps', () => stepList),
      'Steps in order, as one step',
    ),
    parallel: described(
      named('steps', () => stepList),
      'Steps at the same time',
    ),
    set: described(templates, 'Named values, computed; later steps read them as outputs', {
      net: `\${{ inputs.total - 5 }}`,
    }),
    wait: waitShape,
    waitFor: described(
      waitForShape,
      'Waits until an outside system calls: callbacks.NAME is the URL',
      'paid',
    ),
    manual: described(manualShape, 'Waits until a person approves or rejects', 'Is the parcel on the belt?'),
    exec: described(execShape, 'A command of this machine; off without --allow-exec', './seed.sh'),
    note: text('A remark in the record'),
    forEach: described(
      forEachShape,
      'Runs the step for each element of a list',
      `\${{ steps.list.outputs.ids }}`,
      { items: [1, 2], as: 'id' },
    ),
    repeat: described(repeatShape, 'Runs the step again and again, as a cursor needs it', {
      set: { cursor: '$.next' },
    }),
    actor: text('Whose cookies, auth and headers; none sends and keeps no cookies'),
    timeout: described(
      duration(),
      "Of one sending, or of all that the step does; a loop's: of each round",
      '10s',
    ),
    retry: described(retryShape, 'When a step that fails is tried again', { attempts: 3, delay: '1s' }),
    poll: described(pollShape, 'Repeats the request until its answer is as wanted', {
      every: '500ms',
      timeout: '30s',
    }),
    idempotent: flag('Sending it twice does no harm'),
    outputs: described(entries(outputShape, 'a map of outputs'), 'Values for later steps, by their names', {
      id: '$.id',
      token: { body: '$.token', secret: true },
    }),
    assertions: described(assertionsShape, 'What must hold of the answer; all are judged', [
      { status: 200 },
      { body: { '$.total': { atLeast: 1 } } },
    ]),
    cleanup: described(
      named('steps', () => stepList),
      'Undoes this step when the run ends; always runs, last in first out',
    ),
    verifies: described(
      list(text(), 'a list of acceptance criteria'),
      'Behaviours of acceptance that this step proves',
      ['AC-12'],
    ),
    flaky: onlyTrue('Told apart in reports'),
    continueOnFailure: onlyTrue('The run goes on, and fails at its end'),
  },
  elsewhere: new Map([
    ...stepWords,
    ...requestKeys.map((name) => [name, 'it stands inside "request"'] as const),
  ]),
});

type StepSettings = Omit<Infer<typeof stepSettings>, 'steps' | 'parallel' | 'cleanup' | 'assertions'>;

/** One step as written. */
export interface ParsedStep extends StepSettings {
  readonly node: MapNode;
  readonly steps?: Listed<ParsedStep>;
  readonly parallel?: Listed<ParsedStep>;
  readonly cleanup?: Listed<ParsedStep>;
  readonly assertions?: Listed<readonly ParsedAssertion[]>;
}

const stepShape: Shape<ParsedStep> = {
  read: (node, reading) => stepSettings.read(node, reading) as ParsedStep | undefined,
  schema: (definitions) => stepSettings.schema(definitions),
};

const stepList: Shape<Listed<ParsedStep>> = list(stepShape, 'a list of steps');
export const stepsShape = named('steps', () => stepList);
