import { Fault } from './evaluation.ts';

const second = 1_000_000_000n;
const firstSecond = -62_135_596_800n;
const lastSecond = 253_402_300_799n;
const longestSeconds = 315_576_000_000n;

/** `.5`: nanoseconds within a second in groups of `group` digits, as few as say it; empty for none. */
function renderFraction(nanos: bigint, group: number): string {
  if (nanos === 0n) return '';
  const digits = nanos.toString().padStart(9, '0').replace(/0+$/, '');
  return `.${digits.padEnd(Math.ceil(digits.length / group) * group, '0')}`;
}

function floorDivide(value: bigint, by: bigint): bigint {
  return value < 0n && value % by !== 0n ? value / by - 1n : value / by;
}

/** An instant of the years 1 to 9999, in nanoseconds since 1970-01-01T00:00:00Z. */
export class Timestamp {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    const seconds = floorDivide(nanos, second);
    if (seconds < firstSecond || seconds > lastSecond)
      throw new Fault('a timestamp lies in the years 1 to 9999');
    this.nanos = nanos;
  }

  get seconds(): bigint {
    return floorDivide(this.nanos, second);
  }

  get milliseconds(): number {
    return Number(floorDivide(this.nanos, 1_000_000n));
  }

  /** RFC 3339, in UTC, with 0, 3, 6 or 9 digits below the second. */
  toString(): string {
    const date = new Date(Number(this.seconds) * 1000).toISOString().slice(0, 19);
    return `${date}${renderFraction(this.nanos - this.seconds * second, 3)}Z`;
  }
}

/** A span of time in nanoseconds. */
export class Duration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    const size = nanos < 0n ? -nanos : nanos;
    if (size > longestSeconds * second) throw new Fault('a duration is at most 10,000 years long');
    this.nanos = nanos;
  }

  /** CEL's text of a duration: `90s`, `-1.5s`. */
  toString(): string {
    const size = this.nanos < 0n ? -this.nanos : this.nanos;
    return `${this.nanos < 0n ? '-' : ''}${size / second}${renderFraction(size % second, 1)}s`;
  }
}

const rfc3339 =
  /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** @throws Fault where the text is no RFC 3339 instant. */
export function parseTimestamp(text: string): Timestamp {
  const found = rfc3339.exec(text);
  const [, day, time, fraction = '', sign, hours = '0', minutes = '0'] = found ?? [];
  const local = new Date(`${day}T${time}Z`);
  // A day that does not exist (February 30th) would come back as another one.
  if (
    found === null ||
    Number.isNaN(local.getTime()) ||
    local.toISOString().slice(0, 19) !== `${day}T${time}`
  ) {
    throw new Fault(`"${text}" is no timestamp of RFC 3339, like 2024-05-01T12:00:00Z`);
  }
  const east = BigInt(`${sign === '-' ? '-' : ''}${Number(hours) * 3600 + Number(minutes) * 60}`);
  const seconds = BigInt(local.getTime() / 1000) - east;
  return new Timestamp(seconds * second + BigInt(fraction.padEnd(9, '0')));
}

const unitNanos: Readonly<Record<string, bigint>> = {
  h: 3600n * second,
  m: 60n * second,
  s: second,
  ms: 1_000_000n,
  us: 1000n,
  µs: 1000n,
  ns: 1n,
};

/** @throws Fault where the text is no duration of CEL, like `1h30m`, `-1.5s`. */
export function parseDurationText(text: string): Duration {
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|ns))+$/.test(text)) {
    throw new Fault(`"${text}" is no duration, like "1h30m" or "1.5s"`);
  }
  let nanos = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(/(\d*)\.?(\d*)(h|ms|m|s|us|µs|ns)/g)) {
    const size = unitNanos[unit] ?? 0n;
    nanos += BigInt(whole) * size + (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
  }
  return new Duration(text.startsWith('-') ? -nanos : nanos);
}
