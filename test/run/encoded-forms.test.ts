import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodedForms } from '../../src/run/encoded-forms.ts';

const secrets = [
  'hunter22',
  'a"b\\c/d',
  "p ä'ß(!)*~+&=",
  '日本語🙂',
  'ab+/=',
  '~~~~',
  '\t\u0000\u2028x',
  'half \ud83d pair',
];

/** What encoders of other languages make of a text. */
const encoders: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  'JSON with escaped slashes': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'JSON in ASCII': (text) => asciiJson(text),
  'JSON in ASCII with escaped slashes': (text) => asciiJson(text).replaceAll('/', '\\/'),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify(text).slice(1, -1)).slice(1, -1),
  'JSON in ASCII in JSON': (text) => JSON.stringify(asciiJson(text)).slice(1, -1),
  XML: (text) =>
    wellFormed(text)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;'),
  'a URL component': (text) => encodeURIComponent(wellFormed(text)),
  'a URL component in lower case': (text) => lowerEscapes(encodeURIComponent(wellFormed(text))),
  'unreserved characters alone': (text) => strict(wellFormed(text)),
  'a whole URL': (text) => encodeURI(wellFormed(text)),
  'a form': (text) => new URLSearchParams([['', text]]).toString().slice(1),
  'a form in lower case': (text) => lowerEscapes(new URLSearchParams([['', text]]).toString().slice(1)),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 for URLs, padded': (text) =>
    Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
  'base64 in a URL': (text) => encodeURIComponent(Buffer.from(text).toString('base64')),
  'base64 in a URL in lower case': (text) =>
    lowerEscapes(encodeURIComponent(Buffer.from(text).toString('base64'))),
  'base64 in JSON with escaped slashes': (text) =>
    Buffer.from(text).toString('base64').replaceAll('/', '\\/'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in capitals': (text) => Buffer.from(text).toString('hex').toUpperCase(),
};

/** Half characters become U+FFFD, as in every UTF-8 encoder. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function asciiJson(text: string): string {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[^\x20-\x7e]/g, escaped);
}

function lowerEscapes(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

function strict(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

describe('a secret is known in every form', () => {
  test.each(Object.keys(encoders))('%s', (name) => {
    for (const secret of secrets) expect(encodedForms(secret)).toContain(encoders[name]?.(secret));
  });

  test.each(['base64', 'base64url'] as const)(
    'inside the %s of a longer text, at every alignment',
    (encoding) => {
      const around = fc.uint8Array({ maxLength: 5 });
      fc.assert(
        fc.property(fc.constantFrom(...secrets), around, around, (secret, before, after) => {
          const whole = Buffer.concat([before, Buffer.from(secret), after]).toString(encoding);
          expect(encodedForms(secret).some((form) => whole.includes(form))).toBe(true);
        }),
      );
    },
  );

  test('each form once, and none that is found everywhere', () => {
    for (const secret of [...secrets, '1234']) {
      const forms = encodedForms(secret);
      expect(new Set(forms).size).toBe(forms.length);
      expect(forms.filter((form) => form.length < 4)).toEqual([]);
    }
  });
});
