/** A text inside base64 at each of the three alignments, without the characters that its neighbours decide. */
function insideBase64(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
}

function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function asciiJson(text: string): string {
  const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return jsonText(text).replace(/[^ -~]/g, escaped);
}

function xmlText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function percent(text: string): string {
  const strict = (one: string): string => `%${one.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*~]/g, strict);
}

/** Every form in which a secret may lie in a file or on a screen, by the name of the form. */
export function secretForms(secret: string): ReadonlyMap<string, string> {
  const hex = Buffer.from(secret).toString('hex');
  const base64 = insideBase64(secret);
  const url = encodeURIComponent(secret);
  const forms: readonly (readonly [string, string])[] = [
    ['raw', secret],
    ['JSON', jsonText(secret)],
    ['JSON in JSON', jsonText(jsonText(secret))],
    ['JSON with \\/', jsonText(secret).replaceAll('/', '\\/')],
    ['JSON in ASCII', asciiJson(secret)],
    ['XML', xmlText(secret)],
    ['URL', url],
    ['URL, strict', percent(secret)],
    ['URL, lower case', url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())],
    ['form', new URLSearchParams({ a: secret }).toString().slice(2)],
    ['form, from URL', url.replaceAll('%20', '+')],
    ...base64.map((text, at) => [`base64, ${at}`, text] as const),
    ...base64.map(
      (text, at) => [`base64url, ${at}`, text.replaceAll('+', '-').replaceAll('/', '_')] as const,
    ),
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
  ];
  return new Map(forms);
}

/** Which forms of which secrets a text holds. */
export function findSecrets(text: string, secrets: readonly string[]): readonly string[] {
  return secrets.flatMap((secret) =>
    [...secretForms(secret)].flatMap(([form, shown]) =>
      text.includes(shown) ? [`${secret} as ${form}`] : [],
    ),
  );
}
