const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The UTF-8 bytes of a text. */
export function utf8Bytes(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    } else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f));
      bytes.push(0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    }
  }
  return bytes;
}

/** RFC 4648, 4, with padding. */
export function base64(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    text += alphabet.charAt(a >> 2) + alphabet.charAt(((a & 3) << 4) | ((b ?? 0) >> 4));
    text += b === undefined ? '=' : alphabet.charAt(((b & 15) << 2) | ((c ?? 0) >> 6));
    text += c === undefined ? '=' : alphabet.charAt(c & 63);
  }
  return text;
}

/** How a text shows inside the base64 of a longer one: at each of the three alignments, what it alone decides. */
function insideBase64(bytes: readonly number[]): string[] {
  return [0, 1, 2].map((shift) => {
    const padded = [...Array.from({ length: shift }, () => 0), ...bytes];
    const from = Math.ceil((shift * 8) / 6);
    const to = Math.floor((padded.length * 8) / 6);
    return base64(padded).slice(from, to);
  });
}

function percentEncoded(text: string): string {
  const strict = (character: string): string =>
    `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, strict);
}

function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd');
}

/** Every form in which a secret may show in evidence; the longest are to be looked for first. */
export function encodedForms(secret: string): string[] {
  const text = wellFormed(secret);
  const bytes = utf8Bytes(text);
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const percent = percentEncoded(text);
  const lower = percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const json = JSON.stringify(secret).slice(1, -1);
  const inside = insideBase64(bytes).filter((form) => form.length >= 6);
  const forms = [
    secret,
    json,
    json.replaceAll('/', '\\/'),
    percent,
    lower,
    encodeURIComponent(text),
    percent.replaceAll('%20', '+'),
    base64(bytes),
    ...inside,
    ...inside.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    ...(bytes.length >= 4 ? [hex, hex.toUpperCase()] : []),
  ];
  return [...new Set(forms)];
}
