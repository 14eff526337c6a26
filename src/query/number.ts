import type { ExactNumber } from './value.ts';

/** `0.digits × 10^exponent`; zero has no digits. Without leading or trailing zeros, so each number has one form. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: bigint;
}

function decimalFrom(text: string): Decimal {
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
  return compareDecimals(decimalFrom(textOf(a)), decimalFrom(textOf(b)));
}

function textOf(number: number | ExactNumber): string {
  return typeof number === 'number' ? String(number) : number.text;
}
