import type { ServiceSettings } from '../artifact/environment.ts';
import type { Entries } from '../artifact/texts.ts';
import type { Source } from '../diagnostics/source.ts';
import type { EntryList } from '../journey/map-shapes.ts';
import type { Node } from '../journey/node.ts';
import { resolveShell } from '../project/shell.ts';
import { createAuth } from './auth.ts';
import { type Layer, type Resolving, reportGiven, resolveGiven, strongest } from './service-layers.ts';
import { resolveProxy } from './service-proxy.ts';
import { resolveRetry } from './service-retry.ts';
import { resolveTls } from './service-tls.ts';

function resolveEntries(resolving: Resolving, source: Source, list: EntryList<Node>): Entries {
  return list.entries.map(({ key, value }) => [
    key.text,
    resolveShell(source, value, resolving.shell, resolving.report),
  ]);
}

function resolveLayer(resolving: Resolving, { source, service }: Layer): Partial<ServiceSettings> {
  const { url, headers, timeout, auth, idempotencyHeader } = service;
  return {
    ...(url === undefined
      ? {}
      : { url: resolveGiven(resolving, { source, value: url }).replace(/\/+$/, '') }),
    ...(headers === undefined ? {} : { headers: resolveEntries(resolving, source, headers) }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout.value }),
    ...(auth === undefined
      ? {}
      : { auth: createAuth(auth, (node) => resolveGiven(resolving, { source, value: node })) }),
    ...(idempotencyHeader === undefined ? {} : { idempotencyHeader: idempotencyHeader.text }),
  };
}

/** Headers merge by name, whatever its case; the environment's wins. */
function mergeHeaders(under: Entries, over: Entries): Entries {
  const names = new Set(over.map(([name]) => name.toLowerCase()));
  return [...under.filter(([name]) => !names.has(name.toLowerCase())), ...over];
}

function checkUrl(resolving: Resolving, layers: readonly Layer[], url: string): void {
  if (/^https?:\/\/[^/?#\s]/i.test(url) || url.includes('${')) return;
  const given = strongest(layers, (service) => service.url);
  if (given === undefined) return;
  reportGiven(resolving, 'invalid-value', given, `"${url}" is not a URL`, 'like https://shop.example/api');
}

/** A service from its layers, the stronger first; undefined where none gives a URL. */
export function resolveService(
  resolving: Resolving,
  name: string,
  layers: readonly Layer[],
): ServiceSettings | undefined {
  const [over = {}, under = {}] = layers.map((layer) => resolveLayer(resolving, layer));
  const url = over.url ?? under.url;
  if (url === undefined) return undefined;
  checkUrl(resolving, layers, url);
  const tls = resolveTls(resolving, name, layers);
  const proxy = resolveProxy(resolving, name, layers);
  const retry = resolveRetry(resolving, layers);
  return {
    ...under,
    ...over,
    url,
    headers: mergeHeaders(under.headers ?? [], over.headers ?? []),
    ...(tls === undefined ? {} : { tls }),
    ...(proxy === undefined ? {} : { proxy }),
    ...(retry === undefined ? {} : { retry }),
  };
}
