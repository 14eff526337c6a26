import { encodeBase64, encodeHex } from '../query/byte-encodings.ts';
import { type ExactNumber, isList, isMap, isNumber, type Value, type ValueMap } from '../query/value.ts';
import { encodedForms } from './encoded-forms.ts';

export const masked = '***';

/** Hides every form of every secret that a run knows. */
export interface Masker {
  /** A secret that is known from now on; its strings, where it is a structure. */
  add(secret: Value): void;
  text(text: string): string;
  value(value: Value): Value;
  map(map: ValueMap): ValueMap;
}

/** Shorter secrets are masked only where they are a whole value: elsewhere they would be noise. */
const shortest = 4;

export function createMasker(): Masker {
  const whole = new Set<string>();
  const forms = new Set<string>();
  let pattern: RegExp | undefined;

  const add = (secret: Value): void => {
    for (const text of textsOf(secret)) addText(text);
  };
  const addText = (secret: string): void => {
    if (secret === '' || whole.has(secret)) return;
    whole.add(secret);
    if ([...secret].length >= shortest) for (const form of encodedForms(secret)) forms.add(form);
    const sources = [...forms].sort((a, b) => b.length - a.length).map(escapePattern);
    pattern = sources.length === 0 ? undefined : new RegExp(sources.join('|'), 'g');
  };
  const text = (shown: string): string => {
    if (whole.has(shown)) return masked;
    return pattern === undefined ? shown : shown.replace(pattern, masked);
  };
  const bytes = (shown: Uint8Array): Value => (text(encodeHex(shown)) === encodeHex(shown) ? shown : masked);
  const value = (shown: Value): Value => {
    if (typeof shown === 'string') return text(shown);
    if (isNumber(shown)) return whole.has(numberText(shown)) ? masked : shown;
    if (isList(shown)) return keepIfSame(shown, shown.map(value));
    if (shown instanceof Uint8Array) return bytes(shown);
    return isMap(shown) ? map(shown) : shown;
  };
  const map = (shown: ValueMap): ValueMap => {
    if (whole.size === 0) return shown;
    const entries = Object.entries(shown);
    const hidden = entries.map(([name, member]) => [text(name), value(member)] as const);
    const same = hidden.every(
      ([name, member], at) => name === entries[at]?.[0] && member === entries[at]?.[1],
    );
    return same ? shown : Object.fromEntries(hidden);
  };
  return { add, text, value: (shown) => (whole.size === 0 ? shown : value(shown)), map };
}

function numberText(value: number | ExactNumber): string {
  return typeof value === 'number' ? String(value) : value.text;
}

/** The texts of a secret; of a number only one that is long enough to be more than a count. */
function textsOf(secret: Value): string[] {
  if (isList(secret)) return secret.flatMap(textsOf);
  if (secret instanceof Uint8Array) return [encodeHex(secret), encodeBase64(secret)];
  if (isMap(secret)) return Object.values(secret).flatMap(textsOf);
  if (isNumber(secret)) return [numberText(secret)].filter((text) => text.length >= shortest);
  return typeof secret === 'string' ? [secret] : [];
}

function keepIfSame(before: readonly Value[], after: readonly Value[]): readonly Value[] {
  return after.every((element, at) => element === before[at]) ? before : after;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
