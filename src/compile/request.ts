import type { Request } from '../artifact/request.ts';
import type { TextNode } from '../journey/node.ts';
import { isBareHost } from '../query/bare-host.ts';
import { createAuth } from './auth.ts';
import { compileBody } from './body.ts';
import { reportError } from './compiling.ts';
import { compileText } from './expression.ts';
import {
  compileLayerText,
  exactly,
  ignoringCase,
  type Layer,
  mergeEntries,
  type RequestLayers,
  strongest,
} from './layers.ts';
import { compileTls } from './tls.ts';

/** Methods of the registry in capitals, however they are written; any other as it is. */
function methodName(node: TextNode | undefined): string {
  const written = node?.text ?? 'GET';
  const capitals = written.toUpperCase();
  return /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|QUERY)$/.test(capitals) ? capitals : written;
}

/** Path and URL are one setting, told in two ways: the strongest layer that has either. */
function compileAddress(layers: readonly Layer[]): Pick<Request, 'path' | 'url'> {
  const layer = layers.find(({ settings: { path, url } }) => path !== undefined || url !== undefined);
  if (layer === undefined) return {};
  const { compiling, position, settings } = layer;
  const { path, url } = settings;
  if (path !== undefined && url !== undefined) {
    const key = settings.node.members.find((member) => member.key.text === 'url')?.key ?? url;
    reportError(compiling, 'one-of', key.span, 'a request has a path or a url, not both');
  }
  if (path !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(path.text)) {
    const message = 'a path is appended to the URL of its service';
    reportError(compiling, 'invalid-value', path.span, message, 'write url:');
  }
  if (url !== undefined && isBareHost(url.text)) {
    reportError(compiling, 'invalid-value', url.span, 'this URL has no scheme', `write http://${url.text}`);
  }
  return {
    ...(path === undefined ? {} : { path: compileText(compiling, position, path) }),
    ...(url === undefined ? {} : { url: compileText(compiling, position, url) }),
  };
}

function compileKey(layers: readonly Layer[]): Pick<Request, 'idempotencyKey'> {
  const given = strongest(layers, 'idempotencyKey');
  if (given?.value.kind === 'boolean') return given.value.value ? { idempotencyKey: true } : {};
  if (given?.value.kind !== 'text') return {};
  return { idempotencyKey: compileLayerText({ layer: given.layer, value: given.value }) };
}

/** Whether the URL may lead away from the service: what others than the step give then goes along only if it does not. */
function mayLeave({ url }: Pick<Request, 'url'>): boolean {
  return url !== undefined && !/^[/?](?!\/)/.test(url);
}

function compileAuth(layers: readonly Layer[]): Pick<Request, 'auth'> {
  const given = strongest(layers, 'auth');
  if (given === undefined) return {};
  const { layer, value } = given;
  return { auth: createAuth(value, (node) => compileText(layer.compiling, layer.position, node)) };
}

type Identity = Pick<Request, 'headers' | 'auth' | 'cookies'>;

function compileIdentity(layers: readonly Layer[], ofAuth: readonly Layer[]): Identity {
  const cookies = mergeEntries(layers, 'cookies', exactly);
  return {
    headers: mergeEntries(layers, 'headers', ignoringCase),
    ...compileAuth(ofAuth),
    ...(cookies.length === 0 ? {} : { cookies }),
  };
}

function compileSettings(
  { step, beneath }: RequestLayers,
  leaves: boolean,
): Identity & Pick<Request, 'fromDefaults'> {
  const all = [...step, ...beneath];
  if (!leaves) return compileIdentity(all, all);
  const own = compileIdentity(step, step);
  const fromDefaults = compileIdentity(beneath, own.auth === undefined ? beneath : []);
  const needed = fromDefaults.headers.length > 0 || Object.keys(fromDefaults).length > 1;
  return needed ? { ...own, fromDefaults } : own;
}

type Wire = Pick<Request, 'followRedirects' | 'compression' | 'http2' | 'proxy' | 'tls'>;

function compileWire(layers: readonly Layer[]): Wire {
  const hops = strongest(layers, 'followRedirects')?.value.value ?? 0;
  const proxy = strongest(layers, 'proxy');
  const tls = compileTls(layers);
  return {
    ...(hops === 0 ? {} : { followRedirects: hops }),
    ...(strongest(layers, 'compression')?.value.value ? { compression: true as const } : {}),
    ...(strongest(layers, 'http2')?.value.value ? { http2: true as const } : {}),
    ...(proxy === undefined ? {} : { proxy: compileLayerText(proxy) }),
    ...(tls === undefined ? {} : { tls }),
  };
}

/** Lays a request together: the step's wins over its template's, that over the actor's, that over `defaults`. */
export function compileRequest(
  layers: RequestLayers,
  service: string | undefined,
  idempotent: boolean | undefined,
): Request {
  const all = [...layers.step, ...layers.beneath];
  const address = compileAddress(layers.step);
  const body = compileBody(layers.step);
  const wire = compileWire(all);
  // A redirect may lead away from any service.
  const leaves = mayLeave(address) || wire.followRedirects !== undefined;
  return {
    method: methodName(strongest(all, 'method')?.value),
    ...(service === undefined ? {} : { service }),
    ...address,
    query: mergeEntries(all, 'query', exactly),
    ...compileSettings(layers, leaves),
    ...(body === undefined ? {} : { body }),
    ...compileKey(all),
    ...(idempotent ? { idempotent: true as const } : {}),
    ...wire,
  };
}
