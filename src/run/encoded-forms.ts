import { encodeBase64, encodeHex, encodeUtf8 } from '../query/byte-encodings.ts';

/** How a text shows inside the base64 of a longer one: at each of the three alignments, what it alone decides. */
function insideBase64(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((shift) => {
    const padded = Uint8Array.from([...new Uint8Array(shift), ...bytes]);
    const from = Math.ceil((shift * 8) / 6);
    const to = Math.floor((padded.length * 8) / 6);
    return encodeBase64(padded).slice(from, to);
  });
}

/** What encoders make of a text in a URL or a form: they differ in the marks they leave and in the space. */
function percentForms(text: string): string[] {
  const encode = (marks: string): string =>
    encodeURIComponent(text).replace(/[!'()*~]/g, (mark) =>
      marks.includes(mark) ? mark : `%${encodeHex(encodeUtf8(mark)).toUpperCase()}`,
    );
  // Unreserved characters alone, `encodeURIComponent`, the form encoding of browsers, `encodeURI`.
  const forms = [encode('~'), encodeURIComponent(text), encode('*'), encodeURI(text)];
  return forms
    .flatMap((form) => [form, form.replaceAll('%20', '+')])
    .flatMap((form) => [form, lowerEscapes(form)]);
}

function lowerEscapes(percent: string): string {
  return percent.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

function insideJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/**
 * Inside a JSON string, also of JSON that is itself told in a string, as an echo does: many encoders escape the
 * slash, or all that is not ASCII.
 */
function jsonForms(secret: string): string[] {
  const plain = insideJson(secret);
  const ascii = plain.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [plain, ascii]
    .flatMap((form) => [form, insideJson(form)])
    .flatMap((form) => [form, form.replaceAll('/', '\\/')]);
}

/** In a page or an XML document, whose encoders differ in the quotes that they escape. */
function markupForms(text: string): string[] {
  const plain = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return ['"', '&quot;', '&#34;', '&#x22;'].flatMap((double) =>
    ["'", '&apos;', '&#39;', '&#x27;'].map((single) => plain.replaceAll('"', double).replaceAll("'", single)),
  );
}

/**
 * Alone and inside a longer text, with and without padding, in both alphabets (RFC 4648, 4 and 5), and as a
 * part of a URL or of JSON.
 */
function base64Forms(bytes: Uint8Array): string[] {
  const whole = encodeBase64(bytes);
  return [whole, whole.replace(/=+$/, ''), ...insideBase64(bytes)].flatMap((form) => {
    const percent = encodeURIComponent(form);
    const forUrls = form.replaceAll('+', '-').replaceAll('/', '_');
    return [form, forUrls, percent, lowerEscapes(percent), form.replaceAll('/', '\\/')];
  });
}

function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd');
}

/** Shorter forms would be found where no secret is. */
const shortest = 4;

/** Every form in which a secret may show in evidence; the longest are to be looked for first. */
export function encodedForms(secret: string): string[] {
  const text = wellFormed(secret);
  const bytes = encodeUtf8(text);
  const digits = encodeHex(bytes);
  const forms = [
    secret,
    ...jsonForms(secret),
    ...markupForms(text),
    ...percentForms(text),
    ...base64Forms(bytes),
    digits,
    digits.toUpperCase(),
  ];
  return [...new Set(forms)].filter((form) => form === secret || form.length >= shortest);
}
