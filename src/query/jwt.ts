import { decodeUtf8 } from './byte-encodings.ts';
import { parseJson } from './json.ts';
import { decodeBase64Url } from './text-encodings.ts';
import { isMap, type ValueMap } from './value.ts';

function decodePart(part: string): ValueMap | undefined {
  const bytes = decodeBase64Url(part);
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  const parsed = text === undefined ? undefined : parseJson(text);
  return parsed?.ok === true && isMap(parsed.value) ? parsed.value : undefined;
}

/**
 * What a signed JSON Web Token says (RFC 7519, in the compact form of RFC 7515): `header`, `payload`, and
 * `signature` as written. Nothing is verified. Undefined for any other text, an encrypted token too.
 */
export function decodeJwt(token: string): ValueMap | undefined {
  const [first = '', second = '', signature, ...more] = token.split('.');
  if (signature === undefined || more.length > 0) return undefined;
  const header = decodePart(first);
  const payload = decodePart(second);
  return header === undefined || payload === undefined ? undefined : { header, payload, signature };
}
