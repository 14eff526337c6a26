import { encodeBase64, encodeUtf8 } from '../query/byte-encodings.ts';
import { isMap, isNumber, type Value, type ValueMap } from '../query/value.ts';
import { createAnswer } from './answer.ts';
import type { Instant } from './outcome.ts';
import { encodeComponent } from './url.ts';
import type { WireRequest, WireResponse } from './wire.ts';

export type TokenGrant =
  | { readonly kind: 'clientCredentials' }
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'refreshToken'; readonly refreshToken: string };

export interface TokenSettings {
  readonly tokenUrl: string;
  readonly grant: TokenGrant;
  readonly clientId?: string;
  /** Absent: a public client. */
  readonly clientSecret?: string;
  /** How the client shows its secret (RFC 6749, 2.3.1); default `basic`. */
  readonly clientAuth?: 'basic' | 'post';
  /** With spaces between. */
  readonly scope?: string;
  /** What a server wants beyond the standard: `audience`, `resource`. */
  readonly more?: readonly (readonly [name: string, value: string])[];
}

/** What a token answer says. */
export type TokenReading =
  | {
      readonly kind: 'token';
      readonly accessToken: string;
      /** Absent: the server does not say. */
      readonly expiresAt?: Instant;
      readonly refreshToken?: string;
      readonly scope?: string;
    }
  /** The server's own word (RFC 6749, 5.2), as `invalid_client`. */
  | { readonly kind: 'refused'; readonly error: string; readonly message: string }
  /** No answer of a token endpoint. */
  | { readonly kind: 'invalid'; readonly message: string };

/** The request for a token (RFC 6749, 4.3.2, 4.4.2 and 6). */
export function tokenRequest(settings: TokenSettings, timeoutMs: number): WireRequest {
  const { tokenUrl, clientId = '', clientSecret, clientAuth = 'basic', scope, more = [] } = settings;
  const basic = clientSecret !== undefined && clientAuth === 'basic';
  const inBody: Pairs = basic || clientId === '' ? [] : [['client_id', clientId]];
  const secret: Pairs = basic || clientSecret === undefined ? [] : [['client_secret', clientSecret]];
  const scopes: Pairs = scope === undefined ? [] : [['scope', scope]];
  const fields = [...grantFields(settings.grant), ...scopes, ...inBody, ...secret, ...more];
  const authorization: Pairs = basic ? [['Authorization', basicAuth(clientId, clientSecret)]] : [];
  return {
    method: 'POST',
    url: tokenUrl,
    headers: [
      ...authorization,
      ['Accept', 'application/json'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    body: fields.map((pair) => pair.map(encodeForm).join('=')).join('&'),
    timeoutMs,
  };
}

type Pairs = readonly (readonly [name: string, value: string])[];

function grantFields(grant: TokenGrant): Pairs {
  switch (grant.kind) {
    case 'clientCredentials':
      return [['grant_type', 'client_credentials']];
    case 'password':
      return [
        ['grant_type', 'password'],
        ['username', grant.username],
        ['password', grant.password],
      ];
    case 'refreshToken':
      return [
        ['grant_type', 'refresh_token'],
        ['refresh_token', grant.refreshToken],
      ];
  }
}

/** Unlike RFC 7617's, both halves are form-encoded first (RFC 6749, 2.3.1). */
function basicAuth(clientId: string, clientSecret: string): string {
  return `Basic ${encodeBase64(encodeUtf8(`${encodeForm(clientId)}:${encodeForm(clientSecret)}`))}`;
}

function encodeForm(text: string): string {
  return encodeComponent(text).replaceAll('%20', '+');
}

/** Reads the answer of a token endpoint (RFC 6749, 5). @param at when it came. */
export function readToken(response: WireResponse, at: Instant): TokenReading {
  const json = createAnswer(response).json();
  if (!json.ok || !isMap(json.value)) {
    const problem = json.ok ? 'the body is no JSON object' : json.message;
    return invalid(`was answered ${response.status}, and ${problem}`);
  }
  const error = textOf(json.value.error);
  if (error !== undefined) return refused(error, json.value);
  if (response.status < 200 || response.status > 299)
    return invalid(`was answered ${response.status}, and no error is named`);
  return readGranted(json.value, at);
}

function readGranted(body: ValueMap, at: Instant): TokenReading {
  const accessToken = textOf(body.access_token);
  if (accessToken === undefined) return invalid('was answered without an access_token');
  // Required by RFC 6749, 5.1, and left out by some servers.
  const type = textOf(body.token_type) ?? 'Bearer';
  if (type.toLowerCase() !== 'bearer') return invalid(`gave a token of the type ${type}, not Bearer`);
  const seconds = secondsOf(body.expires_in);
  const refreshToken = textOf(body.refresh_token);
  const scope = textOf(body.scope);
  return {
    kind: 'token',
    accessToken,
    ...(seconds !== undefined && { expiresAt: at + seconds * 1000 }),
    ...(refreshToken !== undefined && { refreshToken }),
    ...(scope !== undefined && { scope }),
  };
}

function refused(error: string, body: ValueMap): TokenReading {
  const description = textOf(body.error_description);
  const told = description === undefined ? error : `${error}: ${description}`;
  return { kind: 'refused', error, message: `the token request was refused: ${told}` };
}

function invalid(problem: string): TokenReading {
  return { kind: 'invalid', message: `the token request ${problem}` };
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Some servers write the number as a text. */
function secondsOf(value: Value | undefined): number | undefined {
  const text = isNumber(value) ? String(typeof value === 'number' ? value : value.text) : textOf(value);
  const seconds = Number(text ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds : undefined;
}
