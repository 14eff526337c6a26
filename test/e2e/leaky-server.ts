import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { secretForms } from './secret-forms.ts';

/** A server that gives back everything it is told, in every form it can think of. */
export interface LeakyServer {
  readonly url: string;
  /** Whether `/checked` fails. */
  failing: boolean;
  /** Whether the next request to `/slow` gets no answer. */
  holding: boolean;
  /** Requests that got no answer. */
  readonly held: () => number;
  close(): Promise<void>;
}

export interface LeakyOptions {
  readonly token: string;
  readonly bearer: string;
  readonly cookie: string;
  /** Told in every answer, as it would be in an error page. */
  readonly secrets: readonly string[];
}

export async function openLeakyServer(options: LeakyOptions): Promise<LeakyServer> {
  let held = 0;
  const state = { failing: false, holding: false };
  const answer = (message: IncomingMessage, body: string, response: ServerResponse): void => {
    const path = (message.url ?? '').split('?')[0];
    if (path === '/slow' && state.holding) {
      state.holding = false;
      held += 1;
      return;
    }
    const forms = options.secrets.map((secret) => [...secretForms(secret).values()]);
    // Not the cookie: nobody called it a secret, so only headers hide it.
    const { cookie: _, ...headers } = message.headers;
    const told = { method: message.method, url: message.url, headers, body, forms };
    if (path === '/login') {
      const { token, bearer, cookie } = options;
      response.setHeader('set-cookie', `sid=${cookie}; Path=/`);
      response.setHeader('x-token', encodeURIComponent(token));
      send(response, 200, { token, bearer, note: `welcome, ${token}`, structure: { deep: [token] }, told });
    } else if (path === '/checked' && state.failing) {
      response.setHeader('x-why', encodeURIComponent(options.token));
      send(response, 409, { error: `no: ${options.token}`, told });
    } else send(response, 200, { ...told, token: options.token });
  };
  const server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => answer(message, Buffer.concat(chunks).toString(), response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    held: () => held,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
