import { described } from './described.ts';
import { record } from './map-shapes.ts';
import type { TextNode } from './node.ts';
import { text } from './scalar-shapes.ts';
import type { Shape } from './shape.ts';

const elsewhere = new Map(
  ['timeout', 'outputs', 'assertions'].map((name) => [name, 'it stands in the step, beside this']),
);

/** A text, or a map that holds it as its only member. */
function textOrRecord(whole: Shape<TextNode>, map: Shape<TextNode>): Shape<TextNode> {
  return {
    read: (node, reading) => (node.kind === 'map' ? map.read(node, reading) : whole.read(node, reading)),
    schema: (definitions) => ({ anyOf: [whole.schema(definitions), map.schema(definitions)] }),
  };
}

const callbackName = described(text(), 'The name of a callback: its URL is callbacks.NAME', 'paid');
const waitForRecord = record({
  name: 'waitFor',
  required: { callback: callbackName },
  optional: {},
  elsewhere,
});

/** The callback that a step waits for. */
export const waitForShape: Shape<TextNode> = textOrRecord(callbackName, {
  read: (node, reading) => waitForRecord.read(node, reading)?.callback,
  schema: (definitions) => waitForRecord.schema(definitions),
});

const question = described(text(), 'What a person approves or rejects', 'Is the parcel on the belt?');
const manualRecord = record({ name: 'manual', required: { ask: question }, optional: {}, elsewhere });

/** What a person is asked. */
export const manualShape: Shape<TextNode> = textOrRecord(question, {
  read: (node, reading) => manualRecord.read(node, reading)?.ask,
  schema: (definitions) => manualRecord.schema(definitions),
});
