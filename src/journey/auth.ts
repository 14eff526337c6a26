import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import { described } from './described.ts';
import { named, type RecordOf, record } from './map-shapes.ts';
import type { Node, TextNode } from './node.ts';
import { oauth2Shape, type ParsedOAuth2 } from './oauth2.ts';
import { text, word } from './scalar-shapes.ts';
import {
  type Definitions,
  type JsonSchema,
  type Reading,
  reportAt,
  type Shape,
  type Spanned,
  wrongType,
} from './shape.ts';

const keyPlaces = ['header', 'query', 'cookie'] as const;

/** Authentication as written. */
export type ParsedAuth = { readonly span: Span } & (
  | { readonly kind: 'none' }
  | { readonly kind: 'basic' | 'digest'; readonly username: TextNode; readonly password: TextNode }
  | { readonly kind: 'bearer'; readonly token: TextNode }
  | {
      readonly kind: 'apiKey';
      readonly name: TextNode;
      readonly value: TextNode;
      readonly in?: Spanned<(typeof keyPlaces)[number]>;
    }
  | { readonly kind: 'oauth2'; readonly fields: ParsedOAuth2 }
  | { readonly kind: 'awsSigV4'; readonly fields: ParsedSigV4 }
);

const credentials = {
  username: text('User name'),
  password: text(`Password: \${{ secrets.NAME }}`),
};
const basicShape = described(
  record({ name: 'basic auth', required: credentials, optional: {} }),
  'A user name and a password (RFC 7617)',
);
const digestShape = described(
  record({ name: 'digest auth', required: credentials, optional: {} }),
  'A user name and a password, which is not sent (RFC 7616)',
);
const tokenShape = described(text(), 'A token (RFC 6750)', `\${{ secrets.TOKEN }}`);
const apiKeyShape = described(
  record({
    name: 'an API key',
    required: {
      name: text('Name of the header, parameter or cookie'),
      value: text(`Key: \${{ secrets.NAME }}`),
    },
    optional: { in: word(keyPlaces, 'Where it is sent; header when left out') },
  }),
  'A key in a header, a query parameter or a cookie',
  { name: 'x-api-key', value: `\${{ secrets.API_KEY }}` },
);

const accessKey = {
  accessKeyId: text('Id of the access key'),
  secretAccessKey: text(`Secret access key: \${{ secrets.NAME }}`),
};
const accessScope = {
  sessionToken: text(`Token of temporary credentials: \${{ secrets.NAME }}`),
  region: text('Like eu-central-1; guessed from an amazonaws.com host when left out'),
  service: text('Like s3, execute-api; guessed from an amazonaws.com host when left out'),
};
const sigV4Shape = described(
  record({ name: 'awsSigV4', required: accessKey, optional: accessScope }),
  'AWS Signature Version 4',
);
type ParsedSigV4 = RecordOf<typeof accessKey, typeof accessScope>;

const shapes = {
  basic: basicShape,
  digest: digestShape,
  bearer: tokenShape,
  apiKey: apiKeyShape,
  oauth2: oauth2Shape,
  awsSigV4: sigV4Shape,
};
const kinds: readonly string[] = [...Object.keys(shapes), 'none'];

function readKind(kind: string, node: Node, span: Span, reading: Reading): ParsedAuth | undefined {
  switch (kind) {
    case 'basic':
    case 'digest': {
      const read = shapes[kind].read(node, reading);
      return read && { kind, span, username: read.username, password: read.password };
    }
    case 'bearer': {
      const token = tokenShape.read(node, reading);
      return token && { kind, span, token };
    }
    case 'apiKey': {
      const read = apiKeyShape.read(node, reading);
      const place = read?.in === undefined ? {} : { in: read.in };
      return read && { kind, span, name: read.name, value: read.value, ...place };
    }
    case 'oauth2': {
      const read = oauth2Shape.read(node, reading);
      return read && { kind, span, fields: read };
    }
    case 'awsSigV4': {
      const read = sigV4Shape.read(node, reading);
      return read && { kind, span, fields: read };
    }
    default:
      return undefined;
  }
}

function readOneAuth(node: Node & { kind: 'map' }, reading: Reading): ParsedAuth | undefined {
  const [first, second] = node.members;
  if (first === undefined || second !== undefined) {
    const span = second?.key.span ?? node.span;
    return reportAt(reading, 'one-of', span, `auth is one of ${kinds.join(', ')}`);
  }
  const { key, value } = first;
  if (Object.hasOwn(shapes, key.text)) return readKind(key.text, value, node.span, reading);
  const message = `"${key.text}" is not a kind of auth`;
  return reportAt(reading, 'unknown-key', key.span, message, didYouMean(key.text, kinds));
}

function authSchema(definitions: Definitions): JsonSchema {
  const properties = Object.entries(shapes).map(([name, shape]) => [name, shape.schema(definitions)]);
  const one = {
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    oneOf: Object.keys(shapes).map((name) => ({ required: [name] })),
  };
  return { anyOf: [one, { const: 'none' }] };
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
