import { checkInt, compare } from './cel-operators.ts';
import { type FunctionTable, type Overload, overload, variadic } from './cel-overload.ts';
import { type CelValue, describeType, Uint } from './cel-value.ts';
import { Fault } from './evaluation.ts';

const numbers = new Set(['bigint', 'number']);

function extreme(sign: 1 | -1, values: readonly CelValue[]): CelValue {
  for (const value of values) {
    if (!numbers.has(typeof value) && !(value instanceof Uint)) {
      throw new Fault(`only numbers are compared here, not ${describeType(value)}`);
    }
  }
  const [first, ...rest] = values;
  if (first === undefined) throw new Fault('an empty list has neither a greatest nor a least element');
  return rest.reduce((best, value) => (compare(value, best) * sign > 0 ? value : best), first);
}

function extremes(sign: 1 | -1): readonly Overload[] {
  return [
    overload(['list'], 'dyn', ([list]) => extreme(sign, list.items)),
    variadic('dyn', 'dyn', (values) => extreme(sign, values)),
  ];
}

function ofDouble(
  calculate: (value: number) => number | boolean,
  result: 'double' | 'bool',
): readonly Overload[] {
  return [overload(['double'], result, ([value]) => calculate(value))];
}

/** Halves go away from zero; `Math.round` sends them up. */
function round(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

function ofBits(calculate: (a: bigint, b: bigint) => bigint): readonly Overload[] {
  return [
    overload(['int', 'int'], 'int', ([a, b]) => BigInt.asIntN(64, calculate(a, b))),
    overload(['uint', 'uint'], 'uint', ([a, b]) => new Uint(BigInt.asUintN(64, calculate(a.value, b.value)))),
  ];
}

function shift(calculate: (value: bigint, by: bigint) => bigint): readonly Overload[] {
  const shifted = (value: bigint, by: bigint): bigint => {
    if (by < 0n) throw new Fault('bits cannot be shifted by less than 0');
    return by > 63n ? 0n : calculate(value, by);
  };
  return [
    overload(['int', 'int'], 'int', ([value, by]) =>
      BigInt.asIntN(64, shifted(BigInt.asUintN(64, value), by)),
    ),
    overload(['uint', 'int'], 'uint', ([{ value }, by]) => new Uint(BigInt.asUintN(64, shifted(value, by)))),
  ];
}

/** The math extension of CEL. */
export const mathFunctions: FunctionTable = {
  'math.greatest': extremes(1),
  'math.least': extremes(-1),
  'math.ceil': ofDouble(Math.ceil, 'double'),
  'math.floor': ofDouble(Math.floor, 'double'),
  'math.round': ofDouble(round, 'double'),
  'math.trunc': ofDouble(Math.trunc, 'double'),
  'math.sqrt': ofDouble(Math.sqrt, 'double'),
  'math.isNaN': ofDouble(Number.isNaN, 'bool'),
  'math.isFinite': ofDouble(Number.isFinite, 'bool'),
  'math.isInf': ofDouble((value) => Math.abs(value) === Number.POSITIVE_INFINITY, 'bool'),
  'math.abs': [
    overload(['int'], 'int', ([value]) => checkInt(value < 0n ? -value : value)),
    overload(['double'], 'double', ([value]) => Math.abs(value)),
    overload(['uint'], 'uint', ([value]) => value),
  ],
  'math.sign': [
    overload(['int'], 'int', ([value]) => (value > 0n ? 1n : BigInt(-Number(value < 0n)))),
    overload(['double'], 'double', ([value]) => Math.sign(value)),
    overload(['uint'], 'uint', ([{ value }]) => new Uint(value > 0n ? 1n : 0n)),
  ],
  'math.bitAnd': ofBits((a, b) => a & b),
  'math.bitOr': ofBits((a, b) => a | b),
  'math.bitXor': ofBits((a, b) => a ^ b),
  'math.bitNot': [
    overload(['int'], 'int', ([value]) => BigInt.asIntN(64, ~value)),
    overload(['uint'], 'uint', ([{ value }]) => new Uint(BigInt.asUintN(64, ~value))),
  ],
  'math.bitShiftLeft': shift((value, by) => value << by),
  'math.bitShiftRight': shift((value, by) => value >> by),
};
