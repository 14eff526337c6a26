import { decodeBase64, decodeHex, encodeBase64, encodeHex } from './byte-encodings.ts';
import { type FunctionTable, type Overload, overload } from './cel-overload.ts';
import { type CelValue, toCel } from './cel-value.ts';
import { Fault } from './evaluation.ts';
import { parseJson } from './json.ts';
import { decodeJwt } from './jwt.ts';
import {
  bytesOf,
  type Content,
  contentOf,
  decodeBase64Url,
  decodeForm,
  decodePercent,
  encodeBase64Url,
  encodeForm,
  encodePercent,
} from './text-encodings.ts';

/** Takes a text, as its UTF-8, or bytes. */
function encoder(encode: (content: Content) => string): readonly Overload[] {
  return [
    overload(['string'], 'string', ([text]) => encode(text)),
    overload(['bytes'], 'string', ([bytes]) => encode(bytes)),
  ];
}

function decoded<T extends Content>(content: T | undefined, encoding: string): T {
  if (content === undefined) throw new Fault(`the text is no ${encoding}`);
  return content;
}

function decoder(encoding: string, decode: (text: string) => Content | undefined): readonly Overload[] {
  return [overload(['string'], 'dyn', ([text]) => decoded(decode(text), encoding))];
}

/** Gives a text where the bytes are UTF-8, else the bytes. */
function byteDecoder(
  encoding: string,
  decode: (text: string) => Uint8Array | undefined,
): readonly Overload[] {
  return decoder(encoding, (text) => {
    const bytes = decode(text);
    return bytes === undefined ? undefined : contentOf(bytes);
  });
}

function readJson(text: string): CelValue {
  const parsed = parseJson(text);
  if (!parsed.ok) throw new Fault(`the text is no JSON: ${parsed.message} (offset ${parsed.offset})`);
  return toCel(parsed.value);
}

function readJwt(token: string): CelValue {
  const claims = decodeJwt(token);
  if (claims === undefined) throw new Fault('the text is no signed JSON Web Token');
  return toCel(claims);
}

/** CEL's encoders extension with `hex` beside it, the functions of the language page, JSON and tokens. */
export const encodingFunctions: FunctionTable = {
  'base64.encode': [overload(['bytes'], 'string', ([bytes]) => encodeBase64(bytes))],
  'base64.decode': [overload(['string'], 'bytes', ([text]) => decoded(decodeBase64(text), 'base64'))],
  'hex.encode': [overload(['bytes'], 'string', ([bytes]) => encodeHex(bytes))],
  'hex.decode': [overload(['string'], 'bytes', ([text]) => decoded(decodeHex(text), 'hex'))],
  base64: encoder((content) => encodeBase64(bytesOf(content))),
  base64Decode: byteDecoder('base64', decodeBase64),
  base64Url: encoder((content) => encodeBase64Url(bytesOf(content))),
  base64UrlDecode: byteDecoder('base64url', decodeBase64Url),
  hex: encoder((content) => encodeHex(bytesOf(content))),
  hexDecode: byteDecoder('hex', decodeHex),
  urlEncode: encoder(encodePercent),
  urlDecode: decoder('percent-encoding', decodePercent),
  formEncode: encoder(encodeForm),
  formDecode: decoder('form encoding', decodeForm),
  json: [overload(['string'], 'dyn', ([text]) => readJson(text))],
  jwtDecode: [overload(['string'], 'map', ([token]) => readJwt(token))],
};
