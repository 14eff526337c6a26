import { decodeUtf8, encodeHex, encodeUtf8 } from './byte-encodings.ts';
import { settle } from './cel-operators.ts';
import { CelList, CelMap, CelType, type CelValue, describeType, Optional, Uint } from './cel-value.ts';
import { Fault } from './evaluation.ts';

function renderObject(value: CelList | CelMap | CelType | Optional): string {
  if (value instanceof CelType) return value.name;
  if (value instanceof Optional) throw new Fault('format() takes no optional', 'unwrap it with orValue(…)');
  if (value instanceof CelList) return `[${value.items.map(renderAny).join(', ')}]`;
  const members = value.keys().map((key) => `${renderAny(key)}: ${renderAny(value.get(key) ?? null)}`);
  return `{${members.sort().join(', ')}}`;
}

/** `%s`: any value as text. */
function renderAny(given: CelValue): string {
  const value = settle(given);
  if (value instanceof Uint) return value.value.toString();
  if (value instanceof Uint8Array) return decodeUtf8(value) ?? '';
  const isNested =
    value instanceof CelList ||
    value instanceof CelMap ||
    value instanceof CelType ||
    value instanceof Optional;
  return isNested ? renderObject(value) : String(value);
}

function refuse(clause: string, value: CelValue): never {
  throw new Fault(`%${clause} in format() does not take ${describeType(value)}`);
}

function integerOf(value: CelValue, clause: string): bigint {
  if (typeof value === 'bigint') return value;
  if (value instanceof Uint) return value.value;
  if (typeof value === 'boolean' && clause === 'b') return value ? 1n : 0n;
  return refuse(clause, value);
}

function numberOf(value: CelValue, clause: string): number {
  if (typeof value === 'number') return value;
  return Number(integerOf(value, clause));
}

function renderFixed(value: number, places: number, clause: string): string {
  if (!Number.isFinite(value)) return String(value);
  if (clause === 'f') return value.toFixed(places);
  // An exponent has two digits at least.
  return value.toExponential(places).replace(/e([+-])(\d)$/, 'e$10$2');
}

function renderHex(value: CelValue, clause: string): string {
  const text = () => {
    if (typeof value === 'string') return encodeHex(encodeUtf8(value));
    return value instanceof Uint8Array ? encodeHex(value) : integerOf(value, clause).toString(16);
  };
  return clause === 'X' ? text().toUpperCase() : text();
}

function renderClause(clause: string, given: CelValue, precision: string | undefined): string {
  const value = settle(given);
  switch (clause) {
    case 's':
      return renderAny(value);
    case 'd':
      return typeof value === 'number' ? String(value) : integerOf(value, clause).toString();
    case 'f':
    case 'e':
      return renderFixed(numberOf(value, clause), Math.min(100, Number(precision ?? 6)), clause);
    case 'x':
    case 'X':
      return renderHex(value, clause);
    case 'o':
      return integerOf(value, clause).toString(8);
    case 'b':
      return integerOf(value, clause).toString(2);
    default:
      throw new Fault(`format() knows no %${clause}`, 'it knows %s %d %f %e %x %X %o %b');
  }
}

/** `format` of the strings extension: `"%s: %.2f".format(["total", 1.5])`. */
export function formatText(text: string, args: readonly CelValue[]): string {
  let next = 0;
  return text.replace(
    /%(?:%|(?:\.(\d+))?(.?))/gsu,
    (whole, precision: string | undefined, clause: string | undefined) => {
      if (whole === '%%') return '%';
      const value = args[next];
      if (value === undefined) throw new Fault(`format() has ${args.length} values, and wants more`);
      next += 1;
      return renderClause(clause ?? '', value, precision);
    },
  );
}
