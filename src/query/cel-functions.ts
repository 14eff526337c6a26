import { decodeBase64, decodeHex, encodeBase64, encodeHex } from './byte-encodings.ts';
import { Timestamp } from './cel-instant.ts';
import { listFunctions } from './cel-list-functions.ts';
import { mathFunctions } from './cel-math-functions.ts';
import { type FunctionTable, type Overload, overload } from './cel-overload.ts';
import { standardFunctions } from './cel-standard-functions.ts';
import { stringFunctions } from './cel-string-functions.ts';
import { timeFunctions } from './cel-time-functions.ts';
import { CelList, CelMap, type CelValue, Optional, Uint } from './cel-value.ts';
import { Fault } from './evaluation.ts';

function decoded(bytes: Uint8Array | undefined, encoding: string): Uint8Array {
  if (bytes === undefined) throw new Fault(`the text is no ${encoding}`);
  return bytes;
}

const encoderFunctions: FunctionTable = {
  'base64.encode': [overload(['bytes'], 'string', ([bytes]) => encodeBase64(bytes))],
  'base64.decode': [overload(['string'], 'bytes', ([text]) => decoded(decodeBase64(text), 'base64'))],
  'hex.encode': [overload(['bytes'], 'string', ([bytes]) => encodeHex(bytes))],
  'hex.decode': [overload(['string'], 'bytes', ([text]) => decoded(decodeHex(text), 'hex'))],
};

function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === '' || value === 0n || value === 0) return true;
  if (value instanceof CelList || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Uint) return value.value === 0n;
  return value instanceof CelMap && value.keys().length === 0;
}

function unwrap(optional: Optional): CelValue {
  if (optional.value === undefined)
    throw new Fault('this optional is empty', 'say what to use instead: orValue(…)');
  return optional.value;
}

/** The optional extension; `or`, `orValue`, `optMap` and `optFlatMap` are macros: they may skip their argument. */
const optionalFunctions: FunctionTable = {
  'optional.of': [overload(['dyn'], 'optional', ([value]) => new Optional(value))],
  'optional.none': [overload([], 'optional', () => new Optional(undefined))],
  'optional.ofNonZeroValue': [
    overload(['dyn'], 'optional', ([value]) => new Optional(isZero(value) ? undefined : value)),
  ],
  '.hasValue': [overload(['optional'], 'bool', ([optional]) => optional.value !== undefined)],
  '.value': [overload(['optional'], 'dyn', ([optional]) => unwrap(optional))],
};

function checkBounds(min: bigint, max: bigint): void {
  const fits = Number.isSafeInteger(Number(min)) && Number.isSafeInteger(Number(max));
  if (!fits || min > max)
    throw new Fault(`random(${min}, ${max}) wants a lower and a higher integer below 2^53`);
}

const drawFunctions: FunctionTable = {
  uuid: [overload([], 'string', (_, draws) => draws.uuid())],
  now: [overload([], 'timestamp', (_, draws) => new Timestamp(BigInt(Math.trunc(draws.now())) * 1_000_000n))],
  random: [
    overload(['int', 'int'], 'int', ([min, max], draws) => {
      checkBounds(min, max);
      return BigInt(draws.random(Number(min), Number(max)));
    }),
  ],
};

/** All functions that expressions may call: `size`, `.charAt` for a method, `math.abs` in a namespace. */
export const functions: ReadonlyMap<string, readonly Overload[]> = new Map(
  [
    standardFunctions,
    timeFunctions,
    stringFunctions,
    mathFunctions,
    listFunctions,
    encoderFunctions,
    optionalFunctions,
    drawFunctions,
  ].flatMap((table) => Object.entries(table)),
);

export const namespaces: ReadonlySet<string> = new Set(
  [...functions.keys()]
    .map((name) => name.slice(0, Math.max(0, name.indexOf('.'))))
    .filter((name) => name !== ''),
);

/** Functions of the language that this version does not have. */
export const laterFunctions: ReadonlySet<string> = new Set([
  'file',
  ...['base64', 'base64Url', 'hex', 'urlEncode', 'formEncode'],
  ...['base64Decode', 'base64UrlDecode', 'hexDecode', 'urlDecode', 'formDecode'],
  ...['md5', 'sha1', 'sha256', 'sha512', 'hmac', 'json', 'jwtDecode'],
]);
