import { describe, expect, test } from 'vitest';
import { createEffects } from '../../src/http/effects.ts';
import { signRequest } from '../../src/http/sigv4.ts';
import { openTargetServer } from '../support/target-server.ts';
import { failureOf, request, responseOf, silent } from './exchanges.ts';

const settings = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  region: 'us-east-1',
  service: 'service',
};
const at = '20150830T123600Z';
const scope = 'AKIDEXAMPLE/20150830/us-east-1/service/aws4_request';
const form = ['Content-Type', 'application/x-www-form-urlencoded'] as const;
const sessionToken =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==';

describe('Authorization is that of the AWS Signature Version 4 test suite', () => {
  test.each([
    [
      'get-vanilla',
      { method: 'GET', path: '/', headers: [] },
      'host;x-amz-date',
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    ],
    [
      'get-vanilla-query-order-key-case',
      { method: 'GET', path: '/?Param2=value2&Param1=value1', headers: [] },
      'host;x-amz-date',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'get-header-key-duplicate',
      {
        method: 'GET',
        path: '/',
        headers: [
          ['My-Header1', 'value2'],
          ['My-Header1', 'value2'],
          ['My-Header1', 'value1'],
        ],
      },
      'host;my-header1;x-amz-date',
      'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
    ],
    [
      'post-vanilla',
      { method: 'POST', path: '/', headers: [] },
      'host;x-amz-date',
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    ],
    [
      'post-x-www-form-urlencoded',
      { method: 'POST', path: '/', headers: [form], body: 'Param1=value1' },
      'content-type;host;x-amz-date',
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
    [
      'post-sts-header-before',
      { method: 'POST', path: '/', headers: [], sessionToken },
      'host;x-amz-date;x-amz-security-token',
      '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
    ],
  ] as const)('%s', async (_title, given, signedHeaders, signature) => {
    const { path, ...rest } = given;
    const token = 'sessionToken' in rest ? { sessionToken: rest.sessionToken } : {};
    const target = { origin: 'https://example.amazonaws.com', pathAndQuery: path };
    const added = Object.fromEntries(await signRequest(rest, target, { ...settings, ...token }, at));
    expect(added).toEqual({
      'x-amz-date': at,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
      ...('sessionToken' in token && { 'x-amz-security-token': sessionToken }),
    });
  });
});

test('of S3 tells the hash of the body', async () => {
  const target = { origin: 'https://bucket.s3.amazonaws.com', pathAndQuery: '/key' };
  const put = { method: 'PUT', headers: [], body: new TextEncoder().encode('abc') };
  const added = Object.fromEntries(await signRequest(put, target, { ...settings, service: 's3' }, at));
  expect(added['x-amz-content-sha256']).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  expect(added.authorization).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date,');
});

test('service and region are guessed from the host', async () => {
  const { region: _region, service: _service, ...keys } = settings;
  const target = { origin: 'https://sqs.eu-west-1.amazonaws.com', pathAndQuery: '/' };
  const added = Object.fromEntries(await signRequest({ method: 'GET', headers: [] }, target, keys, at));
  expect(added.authorization).toContain('Credential=AKIDEXAMPLE/20150830/eu-west-1/sqs/aws4_request,');
});

describe('over the wire', () => {
  test('a request is signed as it goes out, and again after a redirect at home', async () => {
    const server = await openTargetServer();
    const effects = createEffects({ version: '1.2.3' });
    const path = `/redirect?to=${encodeURIComponent('/ok?x=1')}`;
    const given = { method: 'PUT', body: 'abc', sigV4: settings, followRedirects: 1 };
    const exchange = await effects.send(request(server.url(path), given), silent);
    const signatures = server.seen.map(
      ({ headers }) => headers.find(([name]) => name === 'authorization')?.[1],
    );
    await effects.close();
    await server.close();
    expect(responseOf(exchange).status).toBe(200);
    expect(signatures.map((value) => value?.replace(/[0-9a-f]{64}$/, '').replace(/\d{8}/, 'DAY'))).toEqual(
      Array(2).fill(
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/DAY/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=',
      ),
    );
    expect(new Set(signatures).size).toBe(2);
  });

  test('what cannot be sent is told, not thrown', async () => {
    const effects = createEffects({ version: '1.2.3' });
    const given = { headers: [['x a', '1']] as const, sigV4: settings };
    const exchange = await effects.send(request('http://127.0.0.1:1/', given), silent);
    await effects.close();
    expect(failureOf(exchange)?.message).toContain('"x a" is no name of a header');
  });

  test('a written Authorization wins', async () => {
    const server = await openTargetServer();
    const effects = createEffects({ version: '1.2.3' });
    const headers = [['Authorization', 'mine']] as const;
    await effects.send(request(server.url('/ok'), { headers, sigV4: settings }), silent);
    const sent = server.seen[0]?.headers.map(([name]) => name);
    await effects.close();
    await server.close();
    expect(sent).not.toContain('x-amz-date');
  });
});
