import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { NeverReachedError, NoRunnerError, UnreachableError } from '../../src/backends/backend.ts';
import { Connection } from '../../src/backends/connection.ts';
import { protocolHeader, protocolVersion } from '../../src/server/control.ts';

let server: Server | undefined;
afterEach(close);

async function listen(port = 0): Promise<number> {
  const listening = createServer(({ url = '' }, response) => {
    const status = Number(url.slice('/status/'.length)) || 200;
    response
      .writeHead(status, status === 200 ? { [protocolHeader]: protocolVersion } : {})
      .end('{"ok":true}');
  });
  server = listening;
  await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
  return (listening.address() as AddressInfo).port;
}

async function close(): Promise<void> {
  const closing = server;
  server = undefined;
  closing?.closeAllConnections();
  await new Promise<void>((resolve) => (closing === undefined ? resolve() : closing.close(() => resolve())));
}

function connect(port: number, told: string[] = []): Connection {
  const address = { url: `http://127.0.0.1:${port}`, token: '' };
  return new Connection({
    address,
    reconnect: async () => address,
    patienceMs: 10_000,
    firstPatienceMs: 100,
    onLost: (message) => told.push(message),
  });
}

test('a runner that never answered is given up soon, with the reason', async () => {
  const port = await listen();
  await close();
  const told: string[] = [];
  const asking = connect(port, told).json('GET', '/');
  await expect(asking).rejects.toThrow(NeverReachedError);
  await expect(asking).rejects.toThrow(
    `the runner at http://127.0.0.1:${port} does not answer (ECONNREFUSED)`,
  );
  expect(told).toEqual([]);
});

test('contact that is lost for long is told once, and found again', async () => {
  const port = await listen();
  const told: string[] = [];
  const connection = connect(port, told);
  await connection.json('GET', '/');
  await close();
  const asking = Promise.all([connection.json('GET', '/a'), connection.json('GET', '/b')]);
  await expect.poll(() => told, { timeout: 8_000 }).toHaveLength(1);
  expect(told[0]).toMatch(/^the runner at http:\S+ does not answer \(ECONN\w+\)$/);
  await listen(port);
  expect(await asking).toEqual([{ ok: true }, { ok: true }]);
  expect(told).toHaveLength(1);
});

test('a short loss is not told', async () => {
  const port = await listen();
  const told: string[] = [];
  const connection = connect(port, told);
  await connection.json('GET', '/');
  await close();
  const asking = connection.json('GET', '/');
  await listen(port);
  await asking;
  expect(told).toEqual([]);
});

test('whoever leaves is not kept', async () => {
  const port = await listen();
  const connection = connect(port);
  await connection.json('GET', '/');
  await close();
  const leaving = new AbortController();
  const asking = connection.stream('/', {}, leaving.signal);
  leaving.abort();
  await expect(asking).rejects.toThrow(UnreachableError);
});

test('what is no runner is told to be none, and not tried again', async () => {
  const connection = connect(await listen());
  for (const status of [204, 401, 404, 500]) {
    const asking = connection.json('GET', `/status/${status}`);
    await expect(asking).rejects.toThrow(NoRunnerError);
    await expect(asking).rejects.toThrow(`is no runner of reqflo (it answered ${status})`);
  }
});

test('a gateway that says so is a runner that does not answer', async () => {
  const asking = connect(await listen()).json('GET', '/status/503');
  await expect(asking).rejects.toThrow(UnreachableError);
  await expect(asking).rejects.toThrow('does not answer (what is there answered 503)');
});
