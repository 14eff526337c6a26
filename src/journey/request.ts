import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import { entries, named, record } from './map-shapes.ts';
import type { Node, TextNode } from './node.ts';
import { template, text } from './scalar-shapes.ts';
import {
  type Definitions,
  type Infer,
  type JsonSchema,
  type Reading,
  reportAt,
  type Shape,
  wrongType,
} from './shape.ts';

export type ParsedAuth =
  | { readonly kind: 'none'; readonly span: Span }
  | { readonly kind: 'basic'; readonly span: Span; readonly username: TextNode; readonly password: TextNode }
  | { readonly kind: 'bearer'; readonly span: Span; readonly token: TextNode };

const laterAuth = ['digest', 'apiKey', 'oauth2', 'awsSigV4'];
const basicShape = record({
  name: 'basic auth',
  required: { username: text('User name'), password: text(`Password: \${{ secrets.NAME }}`) },
  optional: {},
});
const tokenShape = text(`Token: \${{ … }}`);

function readOneAuth(node: Node & { kind: 'map' }, reading: Reading): ParsedAuth | undefined {
  const [first, second] = node.members;
  if (first === undefined || second !== undefined) {
    const span = second?.key.span ?? node.span;
    return reportAt(reading, 'one-of', span, 'auth is one of basic, bearer or none');
  }
  const { key, value } = first;
  if (laterAuth.includes(key.text)) {
    return reportAt(reading, 'not-supported-yet', key.span, `auth "${key.text}" is not supported yet`);
  }
  if (key.text === 'bearer') {
    const token = tokenShape.read(value, reading);
    return token === undefined ? undefined : { kind: 'bearer', span: node.span, token };
  }
  if (key.text === 'basic') {
    const basic = basicShape.read(value, reading);
    if (basic === undefined) return undefined;
    return { kind: 'basic', span: node.span, username: basic.username, password: basic.password };
  }
  const message = `"${key.text}" is not a kind of auth`;
  return reportAt(
    reading,
    'unknown-key',
    key.span,
    message,
    didYouMean(key.text, ['basic', 'bearer', 'none']),
  );
}

function authSchema(definitions: Definitions): JsonSchema {
  const one = (name: string, shape: Shape<unknown>): JsonSchema => ({
    type: 'object',
    properties: { [name]: shape.schema(definitions) },
    required: [name],
    additionalProperties: false,
  });
  return { anyOf: [{ const: 'none' }, one('basic', basicShape), one('bearer', tokenShape)] };
}

const anyAuth: Shape<ParsedAuth> = {
  read(node, reading) {
    if (node.kind === 'text' && node.text === 'none') return { kind: 'none', span: node.span };
    if (node.kind === 'map') return readOneAuth(node, reading);
    return wrongType(reading, node, 'none, or a map', `like { bearer: "\${{ … }}" }`);
  },
  schema: authSchema,
};
export const authShape = named('auth', () => anyAuth);

/** A value on the wire: text, number, boolean, null (left out), or a list that repeats the name. */
const wireValue: Shape<Node> = {
  read(node, reading) {
    if (node.kind !== 'map') return node;
    return wrongType(reading, node, 'a text, a number, true, false, null or a list');
  },
  schema: () => ({ type: ['string', 'number', 'boolean', 'null', 'array'] }),
};
export const wireEntries = entries(wireValue, 'a map of names and values');

const methodShape: Shape<TextNode> = {
  read(node, reading) {
    if (node.kind !== 'text') return text().read(node, reading);
    if (/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(node.text)) return node;
    return reportAt(reading, 'invalid-value', node.span, `"${node.text}" is not a method (RFC 9110, 9.1)`);
  },
  schema: () => ({ type: 'string', default: 'GET', description: 'Any method; GET when left out' }),
};

/** True or false, or a text of the author's own. */
const keyShape: Shape<Node> = {
  read(node, reading) {
    if (node.kind === 'boolean' || node.kind === 'text') return node;
    return wrongType(reading, node, 'true or a text');
  },
  schema: () => ({
    type: ['boolean', 'string'],
    description: 'A key that stays the same when the step is sent again',
  }),
};

/** Settings that `defaults` may give to every request too. */
export const sharedSettings = {
  service: text('The service that the path belongs to'),
  method: methodShape,
  query: wireEntries,
  headers: wireEntries,
  auth: authShape,
  idempotencyKey: keyShape,
};

export const laterSettings = ['cookies', 'followRedirects', 'tls', 'proxy', 'http2', 'compression'];

const onStep = [
  'id',
  'name',
  'if',
  'timeout',
  'outputs',
  'assertions',
  'cleanup',
  'retry',
  'poll',
  'idempotent',
];

export const requestShape = record({
  name: 'a request',
  required: {},
  optional: {
    ...sharedSettings,
    path: text('Appended to the base URL of the service'),
    url: text('A whole URL'),
    json: template('Body: JSON'),
    form: wireEntries,
    text: text('Body: text'),
  },
  later: [...laterSettings, 'multipart', 'graphql', 'file', 'base64'],
  elsewhere: new Map(onStep.map((name) => [name, 'it stands beside "request", in the step'])),
});
export type ParsedRequest = Infer<typeof requestShape>;

export const requestKeys: readonly string[] = [...Object.keys(sharedSettings), 'path', 'url', 'json', 'form'];
