import { request } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { Signal } from '../../src/run/signal.ts';
import { type CallbackListener, listenForCallbacks } from '../../src/worker/callback-listener.ts';

const opened: CallbackListener[] = [];
afterEach(() => Promise.all(opened.splice(0).map((listener) => listener.close())));

async function listen(options: Partial<Parameters<typeof listenForCallbacks>[0]> = {}) {
  const listener = await listenForCallbacks({ host: '127.0.0.1', port: 0, ...options });
  opened.push(listener);
  const received = new Map<string, Extract<Signal, { kind: 'call' }>>();
  const run = listener.hear({
    knows: (path) => path === 'paid' || path === 'orders[2]/paid',
    async receive(path, call) {
      if (received.has(path) || call.kind !== 'call') return false;
      received.set(path, call);
      return true;
    },
  });
  return { listener, run, received };
}

async function call(url: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { method: 'POST', ...init });
  return { status: response.status, body: await response.json() };
}

describe('the callbacks of a run', () => {
  test('are heard below a URL that nobody can guess', async () => {
    const { listener, run } = await listen();
    expect(run.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callbacks\/[0-9a-f]{32}$/);
    const other = listener.hear({ knows: () => true, receive: async () => true });
    expect(other.url).not.toBe(run.url);
  });

  test.each(['POST', 'PUT', 'GET', 'DELETE'])('are called by %s, with what belongs to it', async (method) => {
    const { run, received } = await listen();
    const body = method === 'GET' ? {} : { body: 'ö' };
    const headers = { 'X-Signature': 's-1' };
    expect(await call(`${run.url}/paid?x=1`, { method, headers, ...body })).toEqual({
      status: 202,
      body: { received: 'paid' },
    });
    const heard = received.get('paid');
    expect(heard).toMatchObject({ kind: 'call', method });
    const names = (heard?.headers ?? []).map(([name, value]) => [name.toLowerCase(), value]);
    expect(Object.fromEntries(names)).toMatchObject({ 'x-signature': 's-1' });
    expect(Buffer.from(heard?.body ?? []).toString()).toBe(method === 'GET' ? '' : 'ö');
    expect(heard?.text).toBeUndefined();
  });

  test('are the rounds of a loop, too', async () => {
    const { run, received } = await listen();
    expect(await call(`${run.url}/orders%5B2%5D/paid`)).toMatchObject({ status: 202 });
    expect([...received.keys()]).toEqual(['orders[2]/paid']);
  });

  test('are read in the charset that they declare', async () => {
    const { run, received } = await listen();
    const headers = { 'content-type': 'text/plain; charset=iso-8859-1' };
    await call(`${run.url}/paid`, { body: new Uint8Array([0xe4]), headers });
    expect(received.get('paid')?.text).toBe('ä');
  });

  test('are heard once', async () => {
    const { run, received } = await listen();
    await call(`${run.url}/paid`, { body: 'one' });
    expect(await call(`${run.url}/paid`, { body: 'other' })).toMatchObject({ status: 409 });
    expect(Buffer.from(received.get('paid')?.body ?? []).toString()).toBe('one');
  });

  test.each([
    ['a name that nothing waits for', (url: string) => `${url}/pay`],
    ['no name', (url: string) => url],
    ['another token', (url: string) => `${url.replace(/[0-9a-f]{32}$/, '0'.repeat(32))}/paid`],
    ['what is no URL', (url: string) => `${url}/%ff`],
  ])('are not there under %s', async (_, change) => {
    const { run, received } = await listen();
    expect(await call(change(run.url))).toMatchObject({ status: 404 });
    expect(received.size).toBe(0);
  });

  test('are not there when the run has ended', async () => {
    const { run } = await listen();
    run.forget();
    expect(await call(`${run.url}/paid`)).toMatchObject({ status: 404 });
  });

  test('have a body of a bounded size, sent as it is', async () => {
    const { run, received } = await listen({ maxBodyBytes: 10 });
    expect(await call(`${run.url}/paid`, { body: 'x'.repeat(11) })).toMatchObject({ status: 413 });
    const headers = { 'content-encoding': 'gzip' };
    expect(await call(`${run.url}/paid`, { body: 'x', headers })).toMatchObject({ status: 415 });
    expect(received.size).toBe(0);
    expect(await call(`${run.url}/paid`, { body: 'x'.repeat(10) })).toMatchObject({ status: 202 });
  });

  test('are not called by who breaks off', async () => {
    const { run, received } = await listen();
    const breaking = request(`${run.url}/paid`, { method: 'POST', headers: { 'content-length': '10' } });
    breaking.on('error', () => undefined);
    breaking.write('half');
    await new Promise((resolve) => setTimeout(resolve, 20));
    breaking.destroy();
    expect(await call(`${run.url}/paid`, { body: 'whole' })).toMatchObject({ status: 202 });
    expect(Buffer.from(received.get('paid')?.body ?? []).toString()).toBe('whole');
  });

  test('end with the listener, whoever does not come to an end', async () => {
    const listener = await listenForCallbacks({ host: '127.0.0.1', port: 0 });
    const run = listener.hear({ knows: () => true, receive: async () => true });
    const hanging = request(`${run.url}/paid`, { method: 'POST', headers: { 'content-length': '10' } });
    const broke = new Promise((resolve) => hanging.on('error', resolve));
    hanging.write('half');
    await new Promise((resolve) => setTimeout(resolve, 20));
    await listener.close();
    expect(await broke).toMatchObject({ code: 'ECONNRESET' });
  });

  test('are shown as they are reached from elsewhere', async () => {
    const { run } = await listen({ url: 'https://tunnel.example/hooks/' });
    expect(run.url).toMatch(/^https:\/\/tunnel\.example\/hooks\/callbacks\/[0-9a-f]{32}$/);
    const everywhere = await listen({ host: '0.0.0.0' });
    expect(everywhere.run.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(await call(`${everywhere.run.url.replace('/callbacks', '/hooks/callbacks')}/paid`)).toMatchObject({
      status: 202,
    });
  });
});
