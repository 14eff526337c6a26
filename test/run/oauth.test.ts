import { describe, expect, test } from 'vitest';
import { readToken, type TokenSettings, tokenRequest } from '../../src/run/oauth.ts';
import type { WireResponse } from '../../src/run/wire.ts';

const tokenUrl = 'https://id.example/token';
const client = { clientId: 'shop', clientSecret: 's:e c' };
const grant = { kind: 'clientCredentials' } as const;
const more = [['audience', 'https://api.example']] as const;

describe('a token request', () => {
  test.each<[string, Omit<TokenSettings, 'tokenUrl'>, string, string | undefined]>([
    [
      'client credentials, shown by Basic with both halves form-encoded',
      { grant, ...client, scope: 'read write' },
      'grant_type=client_credentials&scope=read+write',
      'shop:s%3Ae+c',
    ],
    [
      'client credentials in the body',
      { grant, ...client, clientAuth: 'post', more },
      'grant_type=client_credentials&client_id=shop&client_secret=s%3Ae+c&audience=https%3A%2F%2Fapi.example',
      undefined,
    ],
    [
      'a password, by a public client',
      { grant: { kind: 'password', username: 'ada@x', password: 'ä&b' }, clientId: 'shop' },
      'grant_type=password&username=ada%40x&password=%C3%A4%26b&client_id=shop',
      undefined,
    ],
    [
      'a refresh token',
      { grant: { kind: 'refreshToken', refreshToken: 'r=1' }, ...client },
      'grant_type=refresh_token&refresh_token=r%3D1',
      'shop:s%3Ae+c',
    ],
    [
      'a password without a client',
      { grant: { kind: 'password', username: 'a', password: 'b' } },
      'grant_type=password&username=a&password=b',
      undefined,
    ],
  ])('%s', (_title, settings, body, basic) => {
    const authorization = basic === undefined ? [] : [['Authorization', `Basic ${btoa(basic)}`]];
    expect(tokenRequest({ tokenUrl, ...settings }, 5000)).toEqual({
      method: 'POST',
      url: tokenUrl,
      headers: [
        ...authorization,
        ['Accept', 'application/json'],
        ['Content-Type', 'application/x-www-form-urlencoded'],
      ],
      body,
      timeoutMs: 5000,
    });
  });
});

describe('a token answer', () => {
  const at = 1_000_000;

  function response(status: number, text: string): WireResponse {
    const body = new TextEncoder().encode(text);
    return { status, statusText: '', httpVersion: '1.1', headers: [], body, text: () => text };
  }

  test.each([
    ['{"access_token":"t","token_type":"bearer"}', { accessToken: 't' }],
    ['{"access_token":"t"}', { accessToken: 't' }],
    ['{"access_token":"t","expires_in":60}', { accessToken: 't', expiresAt: at + 60_000 }],
    ['{"access_token":"t","expires_in":"60"}', { accessToken: 't', expiresAt: at + 60_000 }],
    ['{"access_token":"t","expires_in":1e3}', { accessToken: 't', expiresAt: at + 1_000_000 }],
    ['{"access_token":"t","expires_in":"soon"}', { accessToken: 't' }],
    [
      '{"access_token":"t","refresh_token":"r","scope":"read","more":1}',
      { accessToken: 't', refreshToken: 'r', scope: 'read' },
    ],
  ])('%s', (text, expected) => {
    expect(readToken(response(200, text), at)).toEqual({ kind: 'token', ...expected });
  });

  test.each([
    [
      400,
      '{"error":"invalid_grant","error_description":"expired"}',
      'invalid_grant',
      'invalid_grant: expired',
    ],
    [401, '{"error":"invalid_client"}', 'invalid_client', 'invalid_client'],
    [200, '{"error":"bad_verification_code"}', 'bad_verification_code', 'bad_verification_code'],
  ])('%i %s is a refusal', (status, text, error, told) => {
    const message = `the token request was refused: ${told}`;
    expect(readToken(response(status, text), at)).toEqual({ kind: 'refused', error, message });
  });

  test.each([
    [500, 'oops', 'was answered 500, and the body is not JSON'],
    [404, '', 'was answered 404, and the body is empty'],
    [200, '[]', 'was answered 200, and the body is no JSON object'],
    [503, '{}', 'was answered 503, and no error is named'],
    [200, '{}', 'was answered without an access_token'],
    [200, '{"access_token":7}', 'was answered without an access_token'],
    [200, '{"access_token":"t","token_type":"mac"}', 'gave a token of the type mac, not Bearer'],
  ])('%i %s is none', (status, text, problem) => {
    const message = expect.stringContaining(`the token request ${problem}`);
    expect(readToken(response(status, text), at)).toEqual({ kind: 'invalid', message });
  });
});
