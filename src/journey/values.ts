import { described } from './described.ts';
import { entries, list, record } from './map-shapes.ts';
import { flag, number, template, text, word } from './scalar-shapes.ts';
import type { Infer } from './shape.ts';

export const inputTypes = ['string', 'number', 'integer', 'boolean', 'array', 'object'] as const;

const count = { integer: true, minimum: 0 } as const;

const inputShape = record({
  name: 'an input',
  main: 'default',
  types: inputTypes,
  required: {},
  optional: {
    type: word(inputTypes, 'What it must be'),
    description: text('For people'),
    default: template('Used where nothing else supplies a value'),
    required: flag('An input without a default is required'),
    minimum: number({}, 'Smallest number'),
    maximum: number({}, 'Largest number'),
    minLength: number(count, 'Least characters or elements'),
    maxLength: number(count, 'Most characters or elements'),
    pattern: text('A regular expression of ECMAScript (u flag)'),
    enum: described(list(template(), 'a list of values'), 'It must be one of these', ['EUR', 'USD']),
  },
});
export type ParsedInput = Infer<typeof inputShape>;

export const inputsShape = entries(inputShape, 'a map of inputs');
export const variablesShape = entries(template(), 'a map of variables');
export const namedValuesShape = entries(
  entries(template(), 'a map of values'),
  'a map of named sets of values',
);
