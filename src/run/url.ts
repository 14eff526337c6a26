import type { Scope } from '../query/expression.ts';
import type { ParsedText, Part } from '../query/template.ts';
import { ValueError } from './value-error.ts';

/** Percent-encodes all but the unreserved characters of RFC 3986, 2.3. */
export function encodeComponent(text: string): string {
  try {
    return encodeURIComponent(text).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  } catch {
    throw new ValueError(`${JSON.stringify(text)} is not well-formed Unicode and cannot be part of a URL`);
  }
}

/** Literal text stays as written but for what RFC 3986, 3.3 and 3.4, forbid; an escape that is there already stays too. */
function encodeLiteral(text: string): string {
  return text.replace(
    /%(?![0-9A-Fa-f]{2})|[^\x21\x23-\x3b\x3d\x3f-\x5a\x5f\x61-\x7a\x7e]/gu,
    encodeComponent,
  );
}

/** A path: literal text as written, each value encoded as one segment. `slashes`: a value holds one, encoded. */
export function renderPath(
  path: ParsedText,
  scope: Scope,
): { readonly path: string; readonly slashes: boolean } {
  const parts = path.parts(scope);
  checkSegments(parts);
  return {
    path: parts.map(({ literal, text }) => (literal ? encodeLiteral(text) : encodeSegment(text))).join(''),
    slashes: parts.some(({ literal, text }) => !literal && text.includes('/')),
  };
}

/** A segment that is nothing but values is not to vanish: `/carts/` is another resource than `/carts/7`. */
function checkSegments(parts: readonly Part[]): void {
  for (const [at, { literal, text }] of parts.entries()) {
    if (literal && /[?#]/.test(text)) return;
    if (literal || text !== '') continue;
    const before = parts[at - 1]?.text ?? '/';
    const after = parts[at + 1]?.text ?? '/';
    if (before.endsWith('/') && /^[/?#]/.test(after)) {
      throw new ValueError('a value of the path is empty, and would leave a segment of it empty');
    }
  }
}

function encodeSegment(text: string): string {
  if (text === '.' || text === '..') {
    throw new ValueError(`"${text}" as a part of a path would change the path itself`);
  }
  return encodeComponent(text);
}

/** Scheme, authority and the rest of an absolute URL (RFC 3986, appendix B). */
function split(url: string): { origin: string; rest: string } | undefined {
  const origin = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*/.exec(url)?.[0];
  return origin === undefined ? undefined : { origin: origin.toLowerCase(), rest: url.slice(origin.length) };
}

/** Scheme, host and port; the scheme's own port is the same as none (RFC 6454, 4). */
export function originOf(url: string): string | undefined {
  return split(url)?.origin.replace(/^(http:.+):(?:80)?$|^(https:.+):(?:443)?$/, '$1$2');
}

/** A URL that continues `base`, as nearly all of a service's do, is known by that. */
export function isSameOrigin(url: string, base: string): boolean {
  if (base.includes('://') && url.startsWith(base) && '/?#'.includes(url.charAt(base.length))) return true;
  return originOf(url) === originOf(base);
}

/** Resolves a reference against a base URL (RFC 3986, 5.2, without its fragment). */
export function resolveUrl(base: string, reference: string): string {
  if (split(reference) !== undefined) return reference;
  const root = split(base);
  if (root === undefined) return reference;
  if (reference.startsWith('//')) return `${root.origin.slice(0, root.origin.indexOf(':'))}:${reference}`;
  const basePath = root.rest.replace(/[?#].*$/, '');
  if (reference === '') return root.origin + root.rest.replace(/#.*$/, '');
  if (reference.startsWith('?')) return root.origin + basePath + reference;
  const merged = reference.startsWith('/') ? reference : basePath.replace(/[^/]*$/, '') + reference;
  return root.origin + removeDots(merged.startsWith('/') ? merged : `/${merged}`);
}

/** RFC 3986, 5.2.4. */
function removeDots(path: string): string {
  const cut = path.search(/[?#]/);
  const [plain, tail] = cut === -1 ? [path, ''] : [path.slice(0, cut), path.slice(cut)];
  const kept: string[] = [];
  for (const segment of plain.split('/')) {
    if (segment === '..' && kept.length > 1) kept.pop();
    else if (segment !== '.' && segment !== '..') kept.push(segment);
  }
  const endsInDots = /(?:^|\/)\.\.?$/.test(plain);
  return kept.join('/') + (endsInDots ? '/' : '') + tail;
}

/** Appends encoded pairs: behind `?`, or behind `&` where the URL has a query already. */
export function appendQuery(url: string, pairs: readonly (readonly [string, string])[]): string {
  if (pairs.length === 0) return url;
  const query = pairs.map(([name, value]) => `${encodeComponent(name)}=${encodeComponent(value)}`).join('&');
  const [before = '', ...fragment] = url.split('#');
  return before + joint(before) + query + (fragment.length > 0 ? `#${fragment.join('#')}` : '');
}

function joint(url: string): string {
  if (!url.includes('?')) return '?';
  return /[?&]$/.test(url) ? '' : '&';
}
