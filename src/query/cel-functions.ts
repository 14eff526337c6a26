import { effectFunctions } from './cel-effect-functions.ts';
import { encodingFunctions } from './cel-encoding-functions.ts';
import { listFunctions } from './cel-list-functions.ts';
import { mathFunctions } from './cel-math-functions.ts';
import { type FunctionTable, type Overload, overload } from './cel-overload.ts';
import { standardFunctions } from './cel-standard-functions.ts';
import { stringFunctions } from './cel-string-functions.ts';
import { timeFunctions } from './cel-time-functions.ts';
import { CelList, CelMap, type CelValue, Optional, Uint } from './cel-value.ts';
import { Fault } from './evaluation.ts';

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

/** All functions that expressions may call: `size`, `.charAt` for a method, `math.abs` in a namespace. */
export const functions: ReadonlyMap<string, readonly Overload[]> = new Map(
  [
    standardFunctions,
    timeFunctions,
    stringFunctions,
    mathFunctions,
    listFunctions,
    encodingFunctions,
    optionalFunctions,
    effectFunctions,
  ].flatMap((table) => Object.entries(table)),
);

export const namespaces: ReadonlySet<string> = new Set(
  [...functions.keys()]
    .map((name) => name.slice(0, Math.max(0, name.indexOf('.'))))
    .filter((name) => name !== ''),
);
