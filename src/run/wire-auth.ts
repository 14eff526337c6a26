import type { Auth, OAuth2 } from '../artifact/request.ts';
import { encodeBase64, encodeUtf8 } from '../query/byte-encodings.ts';
import type { Scope } from '../query/expression.ts';
import type { RunContext } from './context.ts';
import type { Masker } from './mask.ts';
import type { TokenGrant, TokenSettings } from './oauth.ts';
import { originOf } from './url.ts';
import { ValueError } from './value-error.ts';
import type { SigV4Settings, WireRequest } from './wire.ts';
import type { Pair } from './wire-pairs.ts';

/** What proves who sends a request, where it travels. */
export interface Credentials {
  readonly headers: readonly Pair[];
  readonly query: readonly Pair[];
  readonly cookies: readonly Pair[];
  /** What can be calculated only as the request leaves, or when the server asks for it. */
  readonly proof?: Pick<WireRequest, 'digest' | 'sigV4'>;
  /** The token that a server gives for these is sent as a bearer token. */
  readonly oauth2?: TokenSettings;
}

const nothing: Credentials = { headers: [], query: [], cookies: [] };

/** @param token what the server of OAuth 2 settings gave, if it has been asked */
export function renderAuth(
  { parsed, masker }: Pick<RunContext, 'parsed' | 'masker'>,
  auth: Auth | undefined,
  scope: Scope,
  token?: string,
): Credentials {
  const render = (text: string): string => parsed.text(text).render(scope);
  switch (auth?.kind) {
    case undefined:
    case 'none':
      return nothing;
    case 'bearer':
      return { ...nothing, headers: bearer(render(auth.token)) };
    case 'basic': {
      const credentials = encodeUtf8(`${render(auth.username)}:${render(auth.password)}`);
      return { ...nothing, headers: [['Authorization', `Basic ${encodeBase64(credentials)}`]] };
    }
    case 'digest':
      return {
        ...nothing,
        proof: { digest: { username: render(auth.username), password: render(auth.password) } },
      };
    case 'awsSigV4':
      return { ...nothing, proof: { sigV4: renderSigV4(masker, auth, render) } };
    case 'oauth2':
      return { ...nothing, headers: bearer(token), oauth2: renderSettings(masker, auth, render) };
    case 'apiKey': {
      const pair: Pair = [render(auth.name), render(auth.value)];
      // Unlike Authorization its name does not tell what it is.
      masker.add(pair[1]);
      return {
        headers: auth.in === 'header' ? [pair] : [],
        query: auth.in === 'query' ? [pair] : [],
        cookies: auth.in === 'cookie' ? [pair] : [],
      };
    }
  }
}

function bearer(token: string | undefined): readonly Pair[] {
  return token === undefined ? [] : [['Authorization', `Bearer ${token}`]];
}

type Render = (text: string) => string;

function renderSettings(masker: Masker, auth: OAuth2, render: Render): TokenSettings {
  const { clientId, clientSecret, scope, clientAuth, extra } = auth;
  const tokenUrl = render(auth.tokenUrl);
  if (originOf(tokenUrl) === undefined) {
    throw new ValueError(`tokenUrl: ${JSON.stringify(tokenUrl)} is not an absolute URL`);
  }
  return {
    tokenUrl,
    grant: renderGrant(masker, auth, render),
    ...(clientId === undefined ? {} : { clientId: render(clientId) }),
    ...(clientSecret === undefined ? {} : { clientSecret: renderSecret(masker, clientSecret, render) }),
    clientAuth,
    ...(scope === undefined ? {} : { scope: render(scope) }),
    ...(extra === undefined ? {} : { more: extra.map(([name, value]) => [name, render(value)] as const) }),
  };
}

function renderGrant(masker: Masker, auth: OAuth2, render: Render): TokenGrant {
  const { grant, username = '', password = '', refreshToken = '' } = auth;
  switch (grant) {
    case 'clientCredentials':
      return { kind: grant };
    case 'password':
      return { kind: grant, username: render(username), password: renderSecret(masker, password, render) };
    case 'refreshToken':
      return { kind: grant, refreshToken: renderSecret(masker, refreshToken, render) };
  }
}

function renderSigV4(
  masker: Masker,
  auth: Extract<Auth, { readonly kind: 'awsSigV4' }>,
  render: Render,
): SigV4Settings {
  const { accessKeyId, secretAccessKey, sessionToken, region, service } = auth;
  return {
    accessKeyId: render(accessKeyId),
    secretAccessKey: renderSecret(masker, secretAccessKey, render),
    ...(sessionToken === undefined ? {} : { sessionToken: renderSecret(masker, sessionToken, render) }),
    ...(region === undefined ? {} : { region: render(region) }),
    ...(service === undefined ? {} : { service: render(service) }),
  };
}

/** Nobody has to mark it. */
function renderSecret(masker: Masker, text: string, render: Render): string {
  const secret = render(text);
  masker.add(secret);
  return secret;
}
