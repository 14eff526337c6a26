import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { expr, writeProject } from '../support/project-folder.ts';
import { captureReqflo } from '../support/reqflo.ts';

const env = { CLIENT_SECRET: 'cl!ent se+cret', ACCESS_KEY: 'aws-secret-key' };
const shown = `Basic ${Buffer.from('shop:cl%21ent+se%2Bcret').toString('base64')}`;

/** What the server was asked, and what for. */
let asked: { line: string; authorization: string | undefined; body: string }[] = [];

/** Gives tokens, and things to whom shows one. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method, url, headers } = request;
  const { authorization } = headers;
  asked.push({ line: `${method} ${url}`, authorization, body: await text(request) });
  const [status, body] = answerTo(url, authorization);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function answerTo(
  url: string | undefined,
  authorization: string | undefined,
): [status: number, body: object] {
  if (url === '/token' && authorization === shown) {
    return [200, { access_token: 'local-token-1', token_type: 'bearer', expires_in: 3600 }];
  }
  if (url === '/token') return [401, { error: 'invalid_client', error_description: 'who is that?' }];
  return [authorization === 'Bearer local-token-1' || url === '/aws' ? 200 : 401, { told: authorization }];
}

async function openServer(): Promise<string> {
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const journey = `name: guarded
steps:
  - id: first
    request: { path: /things }
    outputs: { told: $.told }
    assertions: [{ status: 200 }]
  - id: second
    request: { method: POST, path: /things }
    assertions: [{ status: 200 }]
`;

async function run(text: string, clientId = 'shop') {
  const url = await openServer();
  const oauth2 = `{ tokenUrl: "${url}/token", grant: clientCredentials, clientId: ${clientId}, clientSecret: "${expr('secrets.CLIENT_SECRET')}" }`;
  const cwd = writeProject({
    'journeys/guarded.yaml': text,
    'environments/local.yaml': `services:\n  shop: { url: "${url}", auth: { oauth2: ${oauth2} } }\n`,
  });
  return captureReqflo(['run', 'guarded', '-e', 'local', '--json'], { cwd, env });
}

beforeEach(() => {
  asked = [];
});

describe('a run against a server that wants a token', () => {
  test('asks for it once, sends it, and never shows it', async () => {
    const { exitCode, stdout, stderr } = await run(journey);
    expect(asked).toEqual([
      { line: 'POST /token', authorization: shown, body: 'grant_type=client_credentials' },
      { line: 'GET /things', authorization: 'Bearer local-token-1', body: '' },
      { line: 'POST /things', authorization: 'Bearer local-token-1', body: '' },
    ]);
    expect(stdout + stderr).not.toMatch(/local-token-1|cl!ent se\+cret/);
    expect(exitCode).toBe(0);
  });

  test('says why it was refused, and sends nothing else', async () => {
    const { exitCode, stdout } = await run(journey, 'stranger');
    expect(asked.map(({ line }) => line)).toEqual(['POST /token']);
    expect(stdout).toContain('the token request was refused: invalid_client: who is that?');
    expect(exitCode).toBe(3);
  });
});

test('a request is signed for AWS', async () => {
  const aws = `{ accessKeyId: AKID, secretAccessKey: "${expr('secrets.ACCESS_KEY')}", region: eu-central-1, service: execute-api }`;
  const { exitCode } = await run(`name: guarded
steps:
  - id: signed
    request: { path: /aws, auth: { awsSigV4: ${aws} } }
    assertions: [{ status: 200 }]
`);
  expect(asked.map(({ line }) => line)).toEqual(['GET /aws']);
  expect(asked[0]?.authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=.+, Signature=[0-9a-f]{64}$/,
  );
  expect(exitCode).toBe(0);
});
