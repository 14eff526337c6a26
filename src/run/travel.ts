import type { ServiceSettings } from '../artifact/environment.ts';
import type { Request, Tls } from '../artifact/request.ts';
import type { Scope } from '../query/expression.ts';
import type { RunContext } from './context.ts';
import type { Masker } from './mask.ts';
import type { TlsSettings, WireRequest } from './wire.ts';
import type { Destination, Scopes } from './wire-headers.ts';

/** How a request travels: redirects, TLS, proxy, HTTP version, compression. */
export type Travel = Pick<
  WireRequest,
  'followRedirects' | 'tls' | 'proxy' | 'elsewhere' | 'http2' | 'compression'
>;

type Line = Pick<WireRequest, 'tls' | 'proxy'>;

/** Settings of the service lie under the step's, and go to its origin alone: also where redirects lead away. */
export function resolveTravel(context: RunContext, { request, home }: Destination, scopes: Scopes): Travel {
  if (isPlain(request) && hasNoLine(request) && (home === undefined || hasNoLine(home))) return {};
  const { followRedirects, http2, compression } = request;
  const own = renderLine(context, request, scopes.step);
  const lent = home === undefined ? {} : renderLine(context, home, scopes.service);
  const leaves = followRedirects !== undefined && Object.keys(lent).length > 0;
  return {
    ...(followRedirects === undefined ? {} : { followRedirects }),
    ...(http2 === undefined ? {} : { http2 }),
    ...(compression === undefined ? {} : { compression }),
    ...lent,
    ...own,
    ...layTls(lent.tls, own.tls),
    ...(leaves ? { elsewhere: own } : {}),
  };
}

/** As nearly all do: nothing is said of how it travels. */
function isPlain({ followRedirects, http2, compression }: Request): boolean {
  return followRedirects === undefined && http2 === undefined && compression === undefined;
}

function hasNoLine({ tls, proxy }: Pick<Request & ServiceSettings, 'tls' | 'proxy'>): boolean {
  return tls === undefined && proxy === undefined;
}

/** A token is asked for on the way that its request takes, without what proves to another server who sends it. */
export function resolveTokenTravel(
  context: RunContext,
  { request, home }: Destination,
  scopes: Scopes,
): Travel {
  const { proxy, tls } = renderLine(context, request, scopes.step);
  const lent = home === undefined ? {} : renderLine(context, home, scopes.service);
  return {
    ...lent,
    ...(proxy === undefined ? {} : { proxy }),
    ...layTls(lent.tls, tls?.ca === undefined ? undefined : { ca: tls.ca }),
  };
}

/** Member by member, but a certificate and its key are one. */
function layTls(under: TlsSettings | undefined, over: TlsSettings | undefined): Pick<WireRequest, 'tls'> {
  if (over === undefined) return under === undefined ? {} : { tls: under };
  const { cert: _cert, key: _key, ...trust } = under ?? {};
  return { tls: { ...(over.cert === undefined ? under : trust), ...over } };
}

function renderLine(
  { parsed, masker }: RunContext,
  { tls, proxy }: Pick<Request & ServiceSettings, 'tls' | 'proxy'>,
  scope: Scope,
): Line {
  const render = (text: string): string => parsed.text(text).render(scope);
  const shown = proxy === undefined ? undefined : render(proxy);
  if (shown !== undefined) hideCredentials(masker, shown);
  return {
    ...(tls === undefined ? {} : { tls: renderTls(tls, render) }),
    ...(shown === undefined ? {} : { proxy: shown }),
  };
}

function renderTls({ ca, cert, key, insecure }: Tls, render: (text: string) => string): TlsSettings {
  return {
    ...(ca === undefined ? {} : { ca: render(ca) }),
    ...(cert === undefined ? {} : { cert: render(cert) }),
    ...(key === undefined ? {} : { key: render(key) }),
    ...(insecure === undefined ? {} : { insecure }),
  };
}

/** Of `http://user:password@proxy` the password, as it is written and as it is meant; of a lone user name that. */
function hideCredentials(masker: Masker, proxy: string): void {
  const given = /^https?:\/\/([^/?#]*)@/i.exec(proxy)?.[1];
  if (given === undefined) return;
  const secret = given.includes(':') ? given.slice(given.indexOf(':') + 1) : given;
  masker.add(secret);
  masker.add(given);
  masker.add(decodePercent(secret));
  masker.add(decodePercent(given));
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
