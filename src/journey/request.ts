import { authShape } from './auth.ts';
import { bodyNames, graphqlShape, multipartShape } from './body.ts';
import { described } from './described.ts';
import { named, record } from './map-shapes.ts';
import type { Node, TextNode } from './node.ts';
import { requestWords } from './other-words.ts';
import { flag, number, template, text } from './scalar-shapes.ts';
import { type Infer, reportAt, type Shape, type Spanned, wrongType } from './shape.ts';
import { wireEntries } from './wire.ts';

/** RFC 9110, 5.6.2. */
const token = "^[!#$%&'*+.^_`|~0-9A-Za-z\\-]+$";

const methodShape: Shape<TextNode> = {
  read(node, reading) {
    if (node.kind !== 'text') return text().read(node, reading);
    if (new RegExp(token, 'u').test(node.text)) return node;
    return reportAt(reading, 'invalid-value', node.span, `"${node.text}" is not a method (RFC 9110, 9.1)`);
  },
  schema: () => ({
    type: 'string',
    pattern: token,
    default: 'GET',
    description: 'Any method; GET when left out',
    examples: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'],
  }),
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

const usualHops = 10;
const hops = { minimum: 0, maximum: 100 };
const hopsShape = number({ integer: true, ...hops });

/** Hops at most; true means 10, false none. */
const redirectsShape: Shape<Spanned<number>> = {
  read(node, reading) {
    if (node.kind === 'boolean') return { value: node.value ? usualHops : 0, span: node.span };
    if (node.kind === 'number') return hopsShape.read(node, reading);
    return wrongType(reading, node, 'true, or a number of hops');
  },
  schema: () => ({
    anyOf: [{ type: 'boolean' }, { type: 'integer', ...hops }],
    description: `Redirects that are followed; true means ${usualHops}, none are when left out`,
  }),
};

export const tlsShape = record({
  name: 'tls',
  required: {},
  optional: {
    ca: text(`Certificates that are trusted: a file of the project, or \${{ … }}`),
    cert: text(`The client's certificate: a file of the project, or \${{ … }}`),
    key: text(`The client's private key: \${{ secrets.NAME }}`),
    insecure: flag('Trusts whatever certificate is shown'),
  },
});
export type ParsedTls = Infer<typeof tlsShape>;

/** Settings that `defaults` may give to every request too. */
export const sharedSettings = {
  service: described(
    text(),
    'The service that the path belongs to; may be left out where the project has one',
    'shop',
  ),
  method: methodShape,
  query: described(wireEntries, 'Appended to the URL, encoded; a list repeats the name, null leaves it out', {
    page: 1,
    tag: ['a', 'b'],
  }),
  headers: described(wireEntries, 'Header fields; null leaves one out', { accept: 'application/json' }),
  cookies: described(wireEntries, 'Sent beside those of the cookie jar', { theme: 'dark' }),
  auth: described(authShape, 'How the request says who sends it', { bearer: `\${{ secrets.TOKEN }}` }),
  idempotencyKey: keyShape,
  followRedirects: redirectsShape,
  compression: flag('Asks for gzip, deflate and br'),
  http2: flag('Speaks HTTP/2 over TLS'),
  proxy: described(text(), 'URL of an HTTP proxy', 'http://proxy.example:3128'),
  tls: described(tlsShape, 'Certificates', { ca: 'certificates/ca.pem' }),
};

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
  'actor',
  'forEach',
  'repeat',
];

const anyRequest = record({
  name: 'a request',
  required: {},
  optional: {
    ...sharedSettings,
    path: described(
      text(),
      'Appended to the base URL of the service',
      `/carts/\${{ steps.createCart.outputs.cartId }}`,
    ),
    url: described(text(), 'A whole URL', 'https://shop.example/health'),
    json: described(template(), 'Body: JSON; a field that is one expression keeps its type', {
      sku: 'SKU-1',
      quantity: `\${{ inputs.quantity }}`,
    }),
    form: described(wireEntries, 'Body: application/x-www-form-urlencoded', { email: 'ada@example.com' }),
    multipart: described(multipartShape, 'Body: multipart/form-data, in the order written', {
      image: { file: 'data/cat.png' },
    }),
    text: text('Body: text'),
    graphql: described(graphqlShape, 'Body: a GraphQL request', { query: '{ viewer { login } }' }),
    file: described(text(), 'Body: the bytes of a file of the project', 'data/order.xml'),
    base64: text('Body: bytes, in base64'),
  },
  elsewhere: new Map([
    ...requestWords,
    ...onStep.map((name) => [name, 'it stands beside "request", in the step'] as const),
  ]),
});
export const requestShape = named('request', () => anyRequest);
export type ParsedRequest = Infer<typeof requestShape>;

export const requestKeys: readonly string[] = [...Object.keys(sharedSettings), 'path', 'url', ...bodyNames];
