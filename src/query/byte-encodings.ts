/** UTF-8, base64 and hex (RFC 3629, RFC 4648), for code that has no platform around it. */

function encodeCharacter(code: number): number[] {
  if (code < 0x80) return [code];
  if (code < 0x800) return [0xc0 | (code >> 6), 0x80 | (code & 63)];
  if (code < 0x1_0000) return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
  return [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
}

/** A lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    for (const byte of encodeCharacter(code >= 0xd800 && code <= 0xdfff ? 0xfffd : code)) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** By the number of bytes in a sequence: the least code point that needs so many. */
const leastCodes = [0, 0, 0x80, 0x800, 0x1_0000];

function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** Undefined for overlong forms, surrogates, cut sequences and what lies beyond U+10FFFF (RFC 3629, 3). */
function decodeSequence(bytes: Uint8Array, at: number, length: number): number | undefined {
  const lead = bytes[at] ?? 0;
  // A byte that continues, or no byte of UTF-8.
  if (lead < 0xc0 || lead > 0xf7) return undefined;
  let code = lead & (0xff >> (length + 1));
  for (let next = at + 1; next < at + length; next += 1) {
    const byte = bytes[next] ?? 0;
    if ((byte & 0xc0) !== 0x80) return undefined;
    code = (code << 6) | (byte & 63);
  }
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return code < (leastCodes[length] ?? 0) || isSurrogate || code > 0x10_ffff ? undefined : code;
}

/** The text of bytes; undefined where they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  let text = '';
  let codes: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const length = sequenceLength(lead);
    const code = length === 1 ? lead : decodeSequence(bytes, at, length);
    if (code === undefined) return undefined;
    codes.push(code);
    at += length;
    // As many as a call takes for certain.
    if (codes.length === 4096) {
      text += String.fromCodePoint(...codes);
      codes = [];
    }
  }
  return text + String.fromCodePoint(...codes);
}

const hexPairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexPairs[byte] ?? '';
  return text;
}

export function decodeHex(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const used = Math.min(3, bytes.length - at) + 1;
    for (let sign = 0; sign < 4; sign += 1) {
      text += sign < used ? alphabet.charAt((group >> (18 - 6 * sign)) & 63) : '=';
    }
  }
  return text;
}

/** Padding may be left out; undefined where the text is no base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/={1,2}$/, '');
  const padded = digits.length !== text.length;
  if (!/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1 || (padded && text.length % 4 !== 0)) {
    return undefined;
  }
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let length = 0;
  let at = 0;
  for (const digit of digits) {
    bits = ((bits << 6) | alphabet.indexOf(digit)) & 0xffff;
    length += 6;
    if (length < 8) continue;
    length -= 8;
    bytes[at] = bits >> length;
    at += 1;
  }
  return bytes;
}
