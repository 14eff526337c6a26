import type { ParsedAssertion } from './assertion.ts';
import { assertionsShape, conditionShape } from './condition.ts';
import { entries, type Listed, list, named, record } from './map-shapes.ts';
import type { BooleanNode, MapNode, TextNode } from './node.ts';
import { outputShape } from './output.ts';
import { requestKeys, requestShape } from './request.ts';
import { duration, flag, number, onlyTrue, text, word } from './scalar-shapes.ts';
import { type Infer, type Shape, wrongType } from './shape.ts';

export const retryCauses = ['connection', 'timeout', '429', '5xx', 'assertion'] as const;

export const retryShape = record({
  name: 'retry',
  required: {},
  optional: {
    attempts: number({ integer: true, minimum: 1, maximum: 1000 }, 'Sendings in all, the first included'),
    delay: duration('Pause before the second sending'),
    backoff: word(['constant', 'exponential'], 'How the pause grows'),
    maxDelay: duration('The longest pause'),
    jitter: number({ minimum: 0, maximum: 1 }, 'Part of the pause that is drawn at random'),
    on: list(word(retryCauses), 'a list of causes'),
    when: conditionShape,
  },
});
export type ParsedRetry = Infer<typeof retryShape>;

const pollShape = record({
  name: 'poll',
  required: {},
  optional: {
    until: conditionShape,
    every: duration('Pause between two looks; 1s when left out'),
    timeout: duration('All looks together; 1m when left out'),
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
  schema: () => ({ type: ['string', 'boolean'], description: 'The step is skipped where this is false' }),
};

/** Kinds of step that this version does not know yet. */
export const laterKinds = [
  'use',
  'journey',
  'steps',
  'set',
  'wait',
  'waitFor',
  'manual',
  'exec',
  'note',
] as const;

const stepSettings = record({
  name: 'a step',
  required: { id: text('Letters, digits and _; unique in the file') },
  optional: {
    name: text('For people'),
    if: ifShape,
    request: requestShape,
    parallel: named('steps', () => stepsShape),
    timeout: duration("One attempt's; a poll's all"),
    retry: retryShape,
    poll: pollShape,
    idempotent: flag('Sending it twice does no harm'),
    outputs: entries(outputShape, 'a map of outputs'),
    assertions: assertionsShape,
    cleanup: named('steps', () => stepsShape),
    verifies: list(text(), 'a list of acceptance criteria'),
    flaky: onlyTrue('Told apart in reports'),
    continueOnFailure: onlyTrue('The run goes on, and fails at its end'),
  },
  later: [...laterKinds, 'values', 'inputs', 'forEach', 'repeat', 'actor'],
  elsewhere: new Map(requestKeys.map((name) => [name, 'it stands inside "request"'])),
});

type StepSettings = Omit<Infer<typeof stepSettings>, 'parallel' | 'cleanup' | 'assertions'>;

/** One step as written. */
export interface ParsedStep extends StepSettings {
  readonly node: MapNode;
  readonly parallel?: Listed<ParsedStep>;
  readonly cleanup?: Listed<ParsedStep>;
  readonly assertions?: Listed<readonly ParsedAssertion[]>;
}

const stepShape: Shape<ParsedStep> = {
  read: (node, reading) => stepSettings.read(node, reading) as ParsedStep | undefined,
  schema: (definitions) => stepSettings.schema(definitions),
};

export const stepsShape: Shape<Listed<ParsedStep>> = list(stepShape, 'a list of steps');
