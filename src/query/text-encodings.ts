import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from './byte-encodings.ts';

/** Text, or bytes where there is none: what decoding gives. */
export type Content = string | Uint8Array;

/** The text that bytes are in UTF-8, else the bytes. */
export function contentOf(bytes: Uint8Array): Content {
  return decodeUtf8(bytes) ?? bytes;
}

export function bytesOf(content: Content): Uint8Array {
  return typeof content === 'string' ? encodeUtf8(content) : content;
}

function escapeBytes(content: Content, kept: RegExp): string {
  let text = '';
  for (const byte of bytesOf(content)) {
    const sign = String.fromCharCode(byte);
    text += kept.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** Percent-encoding that leaves only unreserved characters (RFC 3986, 2.3). */
export function encodePercent(content: Content): string {
  return escapeBytes(content, /[A-Za-z0-9\-._~]/);
}

/** One name or value of application/x-www-form-urlencoded (WHATWG URL, 5.2): a space is `+`. */
export function encodeForm(content: Content): string {
  return escapeBytes(content, /[A-Za-z0-9*\-._ ]/).replaceAll(' ', '+');
}

/** Undefined where a `%` has no two hex digits behind it. */
export function decodePercent(text: string): Content | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (const [part] of text.matchAll(/%..|[^%]+/gs)) {
    if (part.startsWith('%')) bytes.push(Number.parseInt(part.slice(1), 16));
    else for (const byte of encodeUtf8(part)) bytes.push(byte);
  }
  return contentOf(Uint8Array.from(bytes));
}

export function decodeForm(text: string): Content | undefined {
  return decodePercent(text.replaceAll('+', ' '));
}

/** base64url without padding (RFC 4648, 5; RFC 7515, 2). */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Padding may stand; undefined where the text is no base64url. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  if (/[+/]/.test(text)) return undefined;
  return decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
}
