import type { ExactNumber } from './value.ts';

/** `0.digits × 10^exponent`; zero has no digits. Without leading or trailing zeros, so each number has one form. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: bigint;
}

export function decimalOf(number: number | ExactNumber): Decimal {
  const text = typeof number === 'number' ? String(number) : number.text;
  const [, sign, whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  const exponent = BigInt(power) + BigInt(whole.length - (all.length - digits.length));
  const trimmed = digits.replace(/0+$/, '');
  return { negative: sign === '-' && trimmed !== '', digits: trimmed, exponent };
}

function compareSizes(a: Decimal, b: Decimal): -1 | 0 | 1 {
  if (a.digits === b.digits && (a.digits === '' || a.exponent === b.exponent)) return 0;
  if (a.digits === '' || b.digits === '') return a.digits === '' ? -1 : 1;
  if (a.exponent !== b.exponent) return a.exponent < b.exponent ? -1 : 1;
  return a.digits < b.digits ? -1 : 1;
}

function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  return a.negative ? compareSizes(b, a) : compareSizes(a, b);
}

/** Exact for every JSON number, whatever its size or form; both sides must be finite. */
export function compareNumbers(a: number | ExactNumber, b: number | ExactNumber): -1 | 0 | 1 {
  if (typeof a === 'number' && typeof b === 'number') {
    if (a === b) return 0;
    return a < b ? -1 : 1;
  }
  return compareDecimals(decimalOf(a), decimalOf(b));
}

/** A whole number, however it is written: `10`, `10.0`, `1e400`. */
export function isWhole(number: number | ExactNumber): boolean {
  const { digits, exponent } = decimalOf(number);
  return digits === '' || exponent >= BigInt(digits.length);
}

/** 10^power modulo a number, without ever writing the power out. */
function powerOfTen(power: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  let base = 10n % modulus;
  for (let left = power; left > 0n; left >>= 1n) {
    if ((left & 1n) === 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}

/** Exact, whatever the sizes: `0.3` is a multiple of `0.1`. The divisor must not be zero. */
export function isMultiple(number: number | ExactNumber, divisor: number | ExactNumber): boolean {
  const value = decimalOf(number);
  const unit = decimalOf(divisor);
  if (value.digits === '') return true;
  const digits = BigInt(value.digits);
  const step = BigInt(unit.digits);
  // Both as integers, value × 10^shift against step.
  const shift = value.exponent - BigInt(value.digits.length) - (unit.exponent - BigInt(unit.digits.length));
  if (shift >= 0n) return ((digits % step) * powerOfTen(shift, step)) % step === 0n;
  // The digits end in no zero: divisible by 10^n they are not.
  return false;
}
