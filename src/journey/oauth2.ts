import { described } from './described.ts';
import { entries, type RecordOf, record } from './map-shapes.ts';
import type { Node } from './node.ts';
import { text, word } from './scalar-shapes.ts';
import { blameSpan, type JsonSchema, type Reading, reportAt, type Shape } from './shape.ts';

const tokenGrants = ['clientCredentials', 'password', 'refreshToken'] as const;
type TokenGrant = (typeof tokenGrants)[number];

const required = {
  tokenUrl: text('Absolute URL of the token endpoint'),
  grant: word(tokenGrants, 'How the token is had'),
};
const optional = {
  clientId: text('Id of the client'),
  clientSecret: text(`Secret of the client: \${{ secrets.NAME }}; a public client has none`),
  clientAuth: word(
    ['basic', 'post'],
    'How the client shows its secret: basic (default), or post: in the body',
  ),
  username: text('User name'),
  password: text(`Password: \${{ secrets.NAME }}`),
  refreshToken: text(`Refresh token: \${{ secrets.NAME }}`),
  scope: text('Scopes, with spaces between'),
  audience: text('API that the token is meant for'),
  extra: described(entries(text(), 'a map of names and texts'), 'More parameters of the token request', {
    resource: 'https://api.example',
  }),
};
const fields = record({ name: 'oauth2', required, optional });

export type ParsedOAuth2 = RecordOf<typeof required, typeof optional>;
type Field = keyof typeof optional;

/** The fields that a grant cannot do without. */
function neededBy(grant: TokenGrant): readonly Field[] {
  switch (grant) {
    case 'clientCredentials':
      return ['clientId'];
    case 'password':
      return ['username', 'password'];
    case 'refreshToken':
      return ['refreshToken'];
  }
}

/** The fields that belong to other grants. */
function foreignTo(grant: TokenGrant): readonly Field[] {
  const own = neededBy(grant);
  return tokenGrants.flatMap(neededBy).filter((field) => field !== 'clientId' && !own.includes(field));
}

/** Where a secret is shown, the client that it belongs to is named. */
function checkGrant(read: ParsedOAuth2, reading: Reading): ParsedOAuth2 | undefined {
  const grant = read.grant.value;
  const ofClient: readonly Field[] = read.clientSecret === undefined ? [] : ['clientId'];
  const needed = new Set([...neededBy(grant), ...ofClient]);
  const missing = [...needed].filter((field) => read[field] === undefined);
  for (const field of read.node.broken ? [] : missing) {
    const message = `oauth2 with the grant ${grant} needs "${field}"`;
    reportAt(reading, 'missing-key', blameSpan(reading, read.node), message);
  }
  const foreign = read.node.members.filter(({ key }) => foreignTo(grant).some((field) => field === key.text));
  for (const { key } of foreign) {
    const message = `"${key.text}" is not a key of oauth2 with the grant ${grant}`;
    reportAt(reading, 'unknown-key', key.span, message);
  }
  return missing.length === 0 && foreign.length === 0 ? read : undefined;
}

function ruleOf(grant: TokenGrant): JsonSchema {
  const foreign = foreignTo(grant).map((field) => [field, false]);
  return {
    properties: { grant: { const: grant }, ...Object.fromEntries(foreign) },
    required: ['grant', ...neededBy(grant)],
  };
}

export const oauth2Shape: Shape<ParsedOAuth2> = {
  read(node: Node, reading) {
    const read = fields.read(node, reading);
    return read && checkGrant(read, reading);
  },
  schema(definitions) {
    const schema = fields.schema(definitions);
    const members = typeof schema === 'boolean' ? {} : schema;
    return {
      ...members,
      description: 'A token that is fetched first (RFC 6749)',
      dependentRequired: { clientSecret: ['clientId'] },
      anyOf: tokenGrants.map(ruleOf),
    };
  },
};
