import type { Cookie, CookieJar } from 'tough-cookie';
import type { ValueMap } from '../query/value.ts';
import type { Cookies, Instant } from '../run/outcome.ts';

type ToughCookie = typeof import('tough-cookie');

// The public suffix list inside takes its time to load, and most runs have no cookies.
let loaded: Promise<ToughCookie> | undefined;

function load(): Promise<ToughCookie> {
  loaded ??= import('tough-cookie');
  return loaded;
}

/** The Cookie header's value that the jar has for an absolute URL (RFC 6265, 5.4), or an empty text. */
export async function cookiesFor(jar: Cookies, url: string): Promise<string> {
  if (jar.length === 0) return '';
  return openJar(await load(), jar).getCookieStringSync(new URL(url).href);
}

/**
 * The jar after an answer (RFC 6265, 5.3), without what has expired; undefined where nothing changed.
 * A Set-Cookie that a browser would ignore is ignored.
 */
export async function keepCookies(
  jar: Cookies,
  url: string,
  setCookies: readonly string[],
  now: Instant,
): Promise<Cookies | undefined> {
  const valid = jar.filter((cookie) => !hasExpired(cookie, now));
  if (setCookies.length === 0) return valid.length === jar.length ? undefined : valid;
  const after = await addCookies(valid, new URL(url), setCookies, now);
  return JSON.stringify(after) === JSON.stringify(jar.map(writeCookie)) ? undefined : after;
}

async function addCookies(
  before: Cookies,
  url: URL,
  setCookies: readonly string[],
  now: Instant,
): Promise<Cookies> {
  const tough = await load();
  const jar = openJar(tough, before);
  for (const header of setCookies) {
    const cookie = tough.Cookie.parse(header);
    if (cookie === undefined) continue;
    fixExpiry(cookie, now);
    // What the package does not know it keeps among the attributes of an extension.
    cookie.extensions = [url.origin];
    allowOwnHost(tough, cookie, url.hostname);
    jar.setCookieSync(cookie, url.href, { ignoreError: true });
  }
  const { cookies } = jar.serializeSync() ?? { cookies: [] };
  return cookies.map(writeCookie).filter((cookie) => !hasExpired(cookie, now));
}

function openJar({ Cookie, CookieJar }: ToughCookie, cookies: Cookies): CookieJar {
  const jar = new CookieJar();
  for (const values of cookies) {
    const cookie = Cookie.fromJSON({ ...values, extensions: [values.origin ?? ''] });
    if (cookie !== undefined) jar.store.putCookie(cookie, () => undefined);
  }
  return jar;
}

const latestInstant = 8.64e15;

// Max-Age counts from the receipt: as a date it stays true in a jar that is written down.
function fixExpiry(cookie: Cookie, now: Instant): void {
  if (cookie.maxAge === null) return;
  const expiry = cookie.expiryTime(new Date(now)) ?? latestInstant;
  cookie.expires = new Date(Math.min(Math.max(expiry, 0), latestInstant));
  cookie.maxAge = null;
}

// RFC 6265, 5.3, 5: a public suffix (to the list, any name without a dot) may set a cookie for itself alone.
function allowOwnHost({ getPublicSuffix }: ToughCookie, cookie: Cookie, hostname: string): void {
  if (cookie.domain === hostname && !getPublicSuffix(hostname, { ignoreError: true })) cookie.domain = null;
}

function writeCookie(cookie: { readonly [name: string]: unknown }): ValueMap {
  const { key, value, domain, path, hostOnly, expires, secure, httpOnly, sameSite, extensions } = cookie;
  const origin = cookie.origin ?? (Array.isArray(extensions) ? extensions[0] : undefined);
  return {
    key: String(key ?? ''),
    value: String(value ?? ''),
    domain: String(domain),
    path: String(path),
    hostOnly: hostOnly === true,
    ...(typeof expires === 'string' && expires !== 'Infinity' && { expires }),
    ...(secure === true && { secure }),
    ...(httpOnly === true && { httpOnly }),
    ...(typeof sameSite === 'string' && { sameSite }),
    // Which one set it, for redirects: the jar itself knows hosts alone.
    ...(typeof origin === 'string' && origin !== '' && { origin }),
  };
}

function hasExpired({ expires }: ValueMap, now: Instant): boolean {
  return typeof expires === 'string' && Date.parse(expires) <= now;
}
