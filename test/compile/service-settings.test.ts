import { describe, expect, test } from 'vitest';
import { resolveEnvironment } from '../../src/compile/environment.ts';
import { loadProject } from '../../src/project/project.ts';
import { expr, writeProject } from '../support/project-folder.ts';
import { selfSigned } from '../support/self-signed.ts';

const url = 'url: "http://127.0.0.1:4010"';

function resolve(service: string, more: { readonly [path: string]: string } = {}, shell = {}) {
  const root = writeProject({
    'environments/local.yaml': `services:\n  shop: { ${url}, ${service} }\n`,
    'tls/ca.pem': selfSigned.cert,
    'tls/client.key': selfSigned.key,
    ...more,
  });
  return resolveEnvironment(loadProject(root), undefined, shell);
}

describe('tls of a service', () => {
  test('certificates are frozen as text, a private key is handed over', () => {
    const { resolved, diagnostics } = resolve(
      'tls: { ca: tls/ca.pem, cert: tls/ca.pem, key: tls/client.key, insecure: true }',
    );
    expect(diagnostics).toEqual([]);
    expect(resolved?.environment.services.shop?.tls).toEqual({
      ca: selfSigned.cert,
      cert: selfSigned.cert,
      key: expr('secrets["shop.tls.key"]'),
      insecure: true,
    });
    expect(resolved?.secrets).toEqual({ 'shop.tls.key': selfSigned.key });
  });

  test('expressions: a secret stays, the shell gives a path or the text itself', () => {
    const { resolved, diagnostics } = resolve(
      `tls: { ca: "${expr('shell.CA')}", cert: "${expr('secrets.CERT')}", key: "${expr('shell.KEY')}" }`,
      {},
      { CA: 'tls/ca.pem', KEY: selfSigned.key },
    );
    expect(diagnostics).toEqual([]);
    expect(resolved?.environment.services.shop?.tls).toMatchObject({
      ca: selfSigned.cert,
      cert: expr('secrets.CERT'),
    });
    expect(JSON.stringify(resolved?.environment)).not.toContain('PRIVATE KEY');
    expect(resolved?.secrets['shop.tls.key']).toBe(selfSigned.key);
  });

  test('the environment wins over reqflo.yaml, member by member', () => {
    const { resolved } = resolve('tls: { insecure: false }, retry: { attempts: 5 }', {
      'reqflo.yaml':
        'services: { shop: { tls: { ca: tls/ca.pem, insecure: true }, proxy: "http://p:1", retry: { attempts: 2, delay: 7ms } } }\n',
    });
    const { tls, proxy, retry } = resolved?.environment.services.shop ?? {};
    expect(tls).toEqual({ ca: selfSigned.cert, insecure: false });
    expect(proxy).toBe('http://p:1');
    expect(retry).toMatchObject({ attempts: 5, delayMs: 1000 });
  });

  test.each([
    ['tls: { ca: tls/none.pem }', 'file-missing', 'tls/none.pem'],
    ['tls: { ca: ../ca.pem }', 'file-outside', '../ca.pem'],
    ['tls: { ca: tls/client.key }', 'invalid-value', 'tls/client.key'],
    ['tls: { cert: tls/ca.pem, key: tls/ca.pem }', 'invalid-value', 'tls/ca.pem'],
    ['tls: { cert: tls/ca.pem }', 'missing-key', 'tls/ca.pem'],
    ['tls: { key: tls/client.key }', 'missing-key', 'tls/client.key'],
    [`tls: { ca: "${expr('shell.NONE')}" }`, 'shell-missing', 'NONE'],
    ['proxy: proxy.example', 'invalid-value', 'proxy.example'],
    ['retry: { when: "inputs.x == 1" }', 'out-of-scope', 'inputs'],
    ['retry: { when: "secrets.X == response.body" }', 'out-of-scope', 'secrets'],
    ['retry: { when: [{ body: "$[" }] }', 'bad-jsonpath', ''],
    ['retry: { when: "shell.X == response.body" }', 'out-of-scope', 'shell'],
  ])('%s: %s', (service, code, blamed) => {
    const { resolved, diagnostics } = resolve(service);
    expect(resolved).toBeUndefined();
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
    const { line, column, endColumn } = diagnostics[0]?.place ?? { line: 0, column: 0, endColumn: 0 };
    const text = `services:\n  shop: { ${url}, ${service} }\n`.split('\n')[line - 1] ?? '';
    expect(text.slice(column - 1, endColumn - 1)).toBe(blamed);
  });
});

describe('the proxy of a service', () => {
  const held = expr('secrets["shop.proxy"]');

  test.each([
    ['http://proxy.example:3128', 'http://proxy.example:3128', undefined],
    ['http://ada:pass:word@proxy.example', `http://ada:${held}@proxy.example`, 'pass:word'],
    ['https://lone-token@proxy.example', `https://${held}@proxy.example`, 'lone-token'],
    [expr('shell.PROXY'), `http://u:${held}@proxy.example/`, 'p%40ss'],
    [`http://${expr('secrets.U')}:plain@p.example`, `http://${expr('secrets.U')}:${held}@p.example`, 'plain'],
    [`http://u:${expr('secrets.P')}@p.example`, `http://u:${expr('secrets.P')}@p.example`, undefined],
  ])('%s', (written, frozen, secret) => {
    const shell = { PROXY: 'http://u:p%40ss@proxy.example/' };
    const { resolved, diagnostics } = resolve(`proxy: ${JSON.stringify(written)}`, {}, shell);
    expect(diagnostics).toEqual([]);
    expect(resolved?.environment.services.shop?.proxy).toBe(frozen);
    expect(resolved?.secrets).toEqual(secret === undefined ? {} : { 'shop.proxy': secret });
  });
});

test('retry of a service has the defaults of a step’s, and may ask the answer', () => {
  const { resolved, diagnostics } = resolve('retry: { on: [429], when: "response.status == 429" }');
  expect(diagnostics).toEqual([]);
  expect(resolved?.environment.services.shop?.retry).toEqual({
    attempts: 3,
    delayMs: 1000,
    backoff: 'constant',
    maxDelayMs: 30_000,
    jitter: 0,
    on: ['429'],
    when: { kind: 'expression', expression: 'response.status == 429', at: [0, 2, 68, 2, 90] },
  });
});
