/**
 * The values of reqflo: JSON, exact.
 *
 * A number is a plain `number` when a double gives it back as it was written (`7`, `0.1`), else an
 * `ExactNumber` that keeps the text (`12345678901234567890`, `10.0`, `1e3`). Objects are plain objects
 * in the order written. `Uint8Array` holds bytes, which JSON has not.
 */
export type Value =
  | null
  | boolean
  | string
  | number
  | ExactNumber
  | Uint8Array
  | readonly Value[]
  | { readonly [name: string]: Value };

export type ValueMap = { readonly [name: string]: Value };

/** A JSON number that a double cannot give back as it was written. */
export class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  /** A JSON integer: no fraction, no exponent. */
  get isInteger(): boolean {
    return /^-?\d+$/.test(this.text);
  }
}

/** The number that a JSON number's text stands for. */
export function numberFrom(text: string): number | ExactNumber {
  const value = Number(text);
  return String(value) === text ? value : new ExactNumber(text);
}

export function isMap(value: Value | undefined): value is ValueMap {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber) &&
    !(value instanceof Uint8Array)
  );
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isNumber(value: Value | undefined): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

/** JSON's own name of a value's type, and `bytes`. */
export function typeOf(
  value: Value,
): 'null' | 'boolean' | 'string' | 'number' | 'array' | 'object' | 'bytes' {
  if (value === null) return 'null';
  if (isNumber(value)) return 'number';
  if (isList(value)) return 'array';
  if (value instanceof Uint8Array) return 'bytes';
  if (typeof value === 'object') return 'object';
  return typeof value as 'boolean' | 'string';
}
