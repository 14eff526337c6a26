import { described } from '../journey/described.ts';
import { readJsonPath } from '../journey/json-path.ts';
import { list, record } from '../journey/map-shapes.ts';
import type { TextNode } from '../journey/node.ts';
import { text } from '../journey/scalar-shapes.ts';
import { type Infer, reportAt, type Shape } from '../journey/shape.ts';

/** RFC 9110, 5.1. */
const fieldName = "^[!#$%&'*+.^_`|~0-9A-Za-z\\-]+$";

const headerShape: Shape<TextNode> = {
  read(node, reading) {
    const read = text().read(node, reading);
    if (read === undefined || new RegExp(fieldName, 'u').test(read.text)) return read;
    const message = `"${read.text}" is not the name of a header (RFC 9110, 5.1)`;
    return reportAt(reading, 'invalid-value', read.span, message);
  },
  schema: () => ({ type: 'string', pattern: fieldName }),
};

const pathShape: Shape<TextNode> = {
  read(node, reading) {
    const read = text().read(node, reading);
    const path = read && readJsonPath(reading.source, read);
    if (path === undefined || path.ok) return read;
    return reportAt(reading, 'bad-jsonpath', path.span, path.message, path.fix);
  },
  schema: () => ({ type: 'string', pattern: '^\\$(\\s*[.[].*)?$' }),
};

export const redactShape = record({
  name: 'redact',
  required: {},
  optional: {
    headers: described(list(headerShape, 'a list of names'), 'Header fields, of requests and responses', [
      'x-session',
    ]),
    body: described(
      list(pathShape, 'a list of JSONPaths'),
      'Parts of JSON bodies, of requests and responses',
      ['$..password'],
    ),
  },
});

/** What no run of the project shows or keeps. */
export interface Redact {
  /** In lower case. */
  readonly headers: readonly string[];
  /** JSONPaths. */
  readonly body: readonly string[];
}

export function redactOf({ headers, body }: Infer<typeof redactShape>): Redact {
  return {
    headers: [...new Set(headers?.items.map((name) => name.text.toLowerCase()))],
    body: [...new Set(body?.items.map((path) => path.text))],
  };
}
