import { decodeUtf8, encodeUtf8 } from './byte-encodings.ts';
import { Duration, parseDurationText, parseTimestamp, Timestamp } from './cel-instant.ts';
import { type FunctionTable, overload } from './cel-overload.ts';
import { CelType, type CelValue, typeNameOf, Uint } from './cel-value.ts';
import { countCharacters } from './characters.ts';
import { Fault } from './evaluation.ts';
import { knownPattern } from './regex.ts';

const truths: Readonly<Record<string, boolean>> = {
  '1': true,
  t: true,
  true: true,
  TRUE: true,
  True: true,
  '0': false,
  f: false,
  false: false,
  FALSE: false,
  False: false,
};

function boolFrom(text: string): boolean {
  const truth = Object.hasOwn(truths, text) ? truths[text] : undefined;
  if (truth === undefined) throw new Fault(`"${text}" is neither true nor false`);
  return truth;
}

function intFrom(text: string): bigint {
  if (!/^[+-]?\d+$/.test(text)) throw new Fault(`"${text}" is no integer`);
  return BigInt(text.replace('+', ''));
}

function intFromDouble(value: number): bigint {
  if (Math.abs(value) < 2 ** 63) return BigInt(Math.trunc(value));
  throw new Fault(`${value} does not fit into an integer of 64 bits`);
}

const namedDoubles: Readonly<Record<string, number>> = {
  inf: Infinity,
  '+inf': Infinity,
  '-inf': -Infinity,
  infinity: Infinity,
  '+infinity': Infinity,
  '-infinity': -Infinity,
  nan: Number.NaN,
};

function doubleFrom(text: string): number {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  const name = text.toLowerCase();
  const named = Object.hasOwn(namedDoubles, name) ? namedDoubles[name] : undefined;
  if (named === undefined) throw new Fault(`"${text}" is no number`);
  return named;
}

function uintFromDouble(value: number): Uint {
  if (!Number.isFinite(value)) throw new Fault(`${value} does not fit into a uint`);
  return new Uint(BigInt(Math.trunc(value)));
}

/** A double as CEL writes it. */
export function renderDouble(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value);
  return value > 0 ? '+Inf' : '-Inf';
}

function textOfBytes(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new Fault('these bytes are not UTF-8');
  return text;
}

const celTypeNames: Readonly<Record<string, string>> = { null: 'null_type', optional: 'optional_type' };

function typeOfValue(value: CelValue): CelType {
  const name = typeNameOf(value);
  return new CelType(celTypeNames[name] ?? name);
}

function patternOf(text: string): RegExp {
  const parsed = knownPattern(text);
  if (!parsed.ok) throw new Fault(`the pattern ${text} is wrong: ${parsed.message}`);
  return parsed.pattern;
}

const matches = overload(['string', 'string'], 'bool', ([text, pattern]) => patternOf(pattern).test(text));

const size = [
  overload(['string'], 'int', ([text]) => BigInt(countCharacters(text))),
  overload(['bytes'], 'int', ([bytes]) => BigInt(bytes.length)),
  overload(['list'], 'int', ([list]) => BigInt(list.length)),
  overload(['map'], 'int', ([map]) => BigInt(map.keys().length)),
];

/** The standard functions (CEL language definition, "List of Standard Definitions"), without times' parts. */
export const standardFunctions: FunctionTable = {
  size,
  '.size': size,
  matches: [matches],
  '.matches': [matches],
  '.contains': [overload(['string', 'string'], 'bool', ([text, part]) => text.includes(part))],
  '.startsWith': [overload(['string', 'string'], 'bool', ([text, part]) => text.startsWith(part))],
  '.endsWith': [overload(['string', 'string'], 'bool', ([text, part]) => text.endsWith(part))],
  dyn: [overload(['dyn'], 'dyn', ([value]) => value)],
  type: [overload(['dyn'], 'type', ([value]) => typeOfValue(value))],
  bool: [
    overload(['bool'], 'bool', ([value]) => value),
    overload(['string'], 'bool', ([text]) => boolFrom(text)),
  ],
  int: [
    overload(['int'], 'int', ([value]) => value),
    overload(['double'], 'int', ([value]) => intFromDouble(value)),
    overload(['uint'], 'int', ([{ value }]) => value),
    overload(['string'], 'int', ([text]) => intFrom(text)),
    overload(['timestamp'], 'int', ([time]) => time.seconds),
  ],
  uint: [
    overload(['uint'], 'uint', ([value]) => value),
    overload(['int'], 'uint', ([value]) => new Uint(value)),
    overload(['double'], 'uint', ([value]) => uintFromDouble(value)),
    overload(['string'], 'uint', ([text]) => new Uint(intFrom(text))),
  ],
  double: [
    overload(['double'], 'double', ([value]) => value),
    overload(['int'], 'double', ([value]) => Number(value)),
    overload(['uint'], 'double', ([{ value }]) => Number(value)),
    overload(['string'], 'double', ([text]) => doubleFrom(text)),
  ],
  string: [
    overload(['string'], 'string', ([text]) => text),
    overload(['bool'], 'string', ([value]) => String(value)),
    overload(['int'], 'string', ([value]) => value.toString()),
    overload(['uint'], 'string', ([{ value }]) => value.toString()),
    overload(['double'], 'string', ([value]) => renderDouble(value)),
    overload(['bytes'], 'string', ([bytes]) => textOfBytes(bytes)),
    overload(['timestamp'], 'string', ([time]) => time.toString()),
    overload(['duration'], 'string', ([duration]) => duration.toString()),
  ],
  bytes: [
    overload(['bytes'], 'bytes', ([bytes]) => bytes),
    overload(['string'], 'bytes', ([text]) => encodeUtf8(text)),
  ],
  timestamp: [
    overload(['timestamp'], 'timestamp', ([time]) => time),
    overload(['string'], 'timestamp', ([text]) => parseTimestamp(text)),
    overload(['int'], 'timestamp', ([seconds]) => new Timestamp(seconds * 1_000_000_000n)),
  ],
  duration: [
    overload(['duration'], 'duration', ([duration]) => duration),
    overload(['string'], 'duration', ([text]) => parseDurationText(text)),
    overload(['int'], 'duration', ([seconds]) => new Duration(seconds * 1_000_000_000n)),
  ],
};
