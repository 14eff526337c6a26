import type { Auth, OAuth2 } from '../artifact/request.ts';
import type { ParsedAuth } from '../journey/auth.ts';
import type { TextNode } from '../journey/node.ts';
import type { ParsedOAuth2 } from '../journey/oauth2.ts';

/** Authentication with its texts as `textOf` gives them. */
export function createAuth(auth: ParsedAuth, textOf: (node: TextNode) => string): Auth {
  switch (auth.kind) {
    case 'none':
      return { kind: 'none' };
    case 'bearer':
      return { kind: 'bearer', token: textOf(auth.token) };
    case 'basic':
    case 'digest':
      return { kind: auth.kind, username: textOf(auth.username), password: textOf(auth.password) };
    case 'apiKey': {
      const place = auth.in?.value ?? 'header';
      return { kind: 'apiKey', name: textOf(auth.name), value: textOf(auth.value), in: place };
    }
    case 'oauth2':
      return createOAuth2(auth.fields, textOf);
    case 'awsSigV4': {
      const { accessKeyId, secretAccessKey, sessionToken, region, service } = auth.fields;
      return {
        kind: 'awsSigV4',
        accessKeyId: textOf(accessKeyId),
        secretAccessKey: textOf(secretAccessKey),
        ...textsOf({ sessionToken, region, service }, textOf),
      };
    }
  }
}

function createOAuth2(fields: ParsedOAuth2, textOf: (node: TextNode) => string): OAuth2 {
  const { tokenUrl, grant, clientId, clientSecret, clientAuth, scope, audience, extra } = fields;
  const { username, password, refreshToken } = fields;
  const more = [
    ...(audience === undefined ? [] : [['audience', textOf(audience)] as const]),
    ...(extra?.entries ?? []).map(({ key, value }) => [key.text, textOf(value)] as const),
  ];
  return {
    kind: 'oauth2',
    tokenUrl: textOf(tokenUrl),
    grant: grant.value,
    clientAuth: clientAuth?.value ?? 'basic',
    ...textsOf({ clientId, clientSecret, username, password, refreshToken, scope }, textOf),
    ...(more.length === 0 ? {} : { extra: more }),
  };
}

/** Those that are written. */
function textsOf<Name extends string>(
  nodes: { readonly [name in Name]: TextNode | undefined },
  textOf: (node: TextNode) => string,
): { readonly [name in Name]?: string } {
  const written = Object.entries<TextNode | undefined>(nodes).flatMap(([name, node]) =>
    node === undefined ? [] : [[name, textOf(node)] as const],
  );
  return Object.fromEntries(written) as { readonly [name in Name]?: string };
}
