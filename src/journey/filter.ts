import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { type Filter, filterNames } from '../query/filter.ts';
import { parsePattern } from '../query/regex.ts';
import { checkFormat } from '../query/value-format.ts';
import { described } from './described.ts';
import { list, named, record } from './map-shapes.ts';
import type { Node, TextNode } from './node.ts';
import { number, text } from './scalar-shapes.ts';
import {
  blameSpan,
  type Definitions,
  type JsonSchema,
  type Reading,
  reportAt,
  type Shape,
  wrongType,
} from './shape.ts';

const indexShape = number({ integer: true }, 'Counted from 0, or from the end: -1 is the last');
const replaceShape = described(
  record({
    name: 'replace',
    required: { pattern: text('A regular expression of ECMAScript (u flag)'), with: text('What goes there') },
    optional: {},
  }),
  'Every match is replaced',
  { pattern: '\\s+', with: ' ' },
);

function readPattern(node: TextNode, reading: Reading): string | undefined {
  const parsed = parsePattern(node.text);
  return parsed.ok ? node.text : reportAt(reading, 'bad-regex', node.span, parsed.message);
}

function readFormat(node: TextNode, reading: Reading): string | undefined {
  const message = checkFormat(node.text);
  return message === undefined ? node.text : reportAt(reading, 'invalid-value', node.span, message);
}

/** A filter that takes an argument. */
interface Argument {
  readonly shape: Shape<unknown>;
  read(node: Node, reading: Reading): Filter | undefined;
}

function ofText(
  description: string,
  create: (text: string) => Filter,
  check: (node: TextNode, reading: Reading) => string | undefined = (node) => node.text,
): Argument {
  const textShape = text(description);
  return {
    shape: textShape,
    read(node, reading) {
      const written = textShape.read(node, reading);
      const value = written === undefined ? undefined : check(written, reading);
      return value === undefined ? undefined : create(value);
    },
  };
}

const nth: Argument = {
  shape: indexShape,
  read(node, reading) {
    const index = indexShape.read(node, reading)?.value;
    return index === undefined ? undefined : { kind: 'nth', index };
  },
};

const map: Argument = {
  shape: described(
    named('filters', () => anyFilters),
    'Filters that are applied to every element',
  ),
  read(node, reading) {
    const filters = anyFilters.read(node, reading);
    return filters === undefined ? undefined : { kind: 'map', filters };
  },
};

const replace: Argument = {
  shape: replaceShape,
  read(node, reading) {
    const read = replaceShape.read(node, reading);
    const pattern = read === undefined ? undefined : readPattern(read.pattern, reading);
    return read && pattern !== undefined ? { kind: 'replace', pattern, with: read.with.text } : undefined;
  },
};

const withArgument: ReadonlyMap<string, Argument> = new Map([
  ['nth', nth],
  ['map', map],
  ['replace', replace],
  ['split', ofText('The text is split at each of these', (separator) => ({ kind: 'split', separator }))],
  [
    'join',
    ofText('The texts of the list with this between them', (separator) => ({ kind: 'join', separator })),
  ],
  [
    'regex',
    ofText(
      'Group 1 of the pattern, else its whole match',
      (pattern) => ({ kind: 'regex', pattern }),
      readPattern,
    ),
  ],
  [
    'format',
    ofText('A time in this format, like yyyy-MM-dd', (format) => ({ kind: 'format', format }), readFormat),
  ],
]);

function isPlain(name: string): boolean {
  return filterNames.includes(name) && !withArgument.has(name);
}

function readName({ text: name, span }: TextNode, reading: Reading): Filter | undefined {
  if (isPlain(name)) return { kind: name } as Filter;
  if (!withArgument.has(name)) {
    const message = `there is no filter "${name}"`;
    return reportAt(reading, 'unknown-key', span, message, didYouMean(name, filterNames));
  }
  return reportAt(reading, 'missing-key', span, `the filter "${name}" takes an argument`, `write ${name}: …`);
}

const filterShape: Shape<Filter> = {
  read(node, reading) {
    if (node.kind === 'text') return readName(node, reading);
    const [only, second] = node.kind === 'map' ? node.members : [];
    if (only === undefined) return wrongType(reading, node, 'a filter', 'like first, or nth: 2');
    if (second !== undefined) {
      return reportAt(reading, 'one-of', second.key.span, 'each filter is an entry of its own');
    }
    const { key, value } = only;
    const argument = withArgument.get(key.text);
    if (argument !== undefined) return argument.read(value, reading);
    if (!isPlain(key.text)) return readName(key, reading);
    const message = `the filter "${key.text}" takes no argument`;
    return reportAt(reading, 'unknown-key', blameSpan(reading, value), message, `write ${key.text}`);
  },
  schema: filterSchema,
};

function filterSchema(definitions: Definitions): JsonSchema {
  const plain = { enum: filterNames.filter(isPlain) };
  const others = [...withArgument].map(([name, { shape }]) => ({
    type: 'object',
    properties: { [name]: shape.schema(definitions) },
    required: [name],
    additionalProperties: false,
  }));
  return { anyOf: [plain, ...others] };
}

const filterList = list(filterShape, 'a list of filters');

/** `filter: [first, { nth: 2 }]`, applied in this order; every argument is checked. */
const anyFilters: Shape<readonly Filter[]> = {
  read: (node, reading) => filterList.read(node, reading)?.items,
  schema: filterList.schema,
};
export const filtersShape = named('filters', () => anyFilters);
