import { encodeBase64, encodeHex } from '../query/byte-encodings.ts';
import { type ExactNumber, isList, isMap, isNumber, type Value, type ValueMap } from '../query/value.ts';
import { encodedForms } from './encoded-forms.ts';
import { createShortSecrets } from './short-secrets.ts';
import { createTextFinder } from './text-finder.ts';

export const masked = '***';

/** Hides every form of every secret that a run knows. */
export interface Masker {
  /** A secret that is known from now on; its strings, where it is a structure. */
  add(secret: Value): void;
  text(text: string): string;
  value(value: Value): Value;
  map(map: ValueMap): ValueMap;
  /** The same, where these whole texts are shown as others. */
  besides(shown: ReadonlyMap<string, string>): Masker;
}

/** Shorter secrets are masked only where they are a whole value. */
const shortest = 4;

/** Longer ones are looked for as they are and as JSON has them: their other forms would take too much room. */
const longest = 16 * 1024;

export function createMasker(): Masker {
  const whole = new Set<string>();
  const finder = createTextFinder();
  const short = createShortSecrets();

  const add = (secret: Value): void => {
    for (const text of textsOf(secret)) addText(text);
  };
  const addText = (secret: string): void => {
    if (secret === '' || whole.has(secret)) return;
    whole.add(secret);
    if (secret.length < shortest * 2 && [...secret].length < shortest) short.add(secret);
    else for (const form of formsOf(secret)) finder.add(form);
  };
  const text = (shown: string): string =>
    whole.has(shown) ? masked : short.replaceAll(finder.replaceAll(shown, masked), masked);
  return maskerOver({ add, text, whole, isIdle: () => whole.size === 0 });
}

interface Ground extends Pick<Masker, 'add' | 'text'> {
  readonly whole: ReadonlySet<string>;
  /** Nothing is known that could be hidden. */
  readonly isIdle: () => boolean;
}

function maskerOver({ add, text, whole, isIdle }: Ground): Masker {
  const bytes = (shown: Uint8Array): Value => (text(encodeHex(shown)) === encodeHex(shown) ? shown : masked);
  const value = (shown: Value): Value => {
    if (typeof shown === 'string') return text(shown);
    if (isNumber(shown)) return whole.has(numberText(shown)) ? masked : shown;
    if (isList(shown)) return keepIfSame(shown, shown.map(value));
    if (shown instanceof Uint8Array) return bytes(shown);
    return isMap(shown) ? map(shown) : shown;
  };
  const map = (shown: ValueMap): ValueMap => {
    if (isIdle()) return shown;
    const entries = Object.entries(shown);
    const hidden = entries.map(([name, member]) => [text(name), value(member)] as const);
    const same = hidden.every(
      ([name, member], at) => name === entries[at]?.[0] && member === entries[at]?.[1],
    );
    return same ? shown : Object.fromEntries(hidden);
  };
  return {
    add,
    text,
    value: (shown) => (isIdle() ? shown : value(shown)),
    map,
    besides: (others) =>
      maskerOver({
        add,
        text: (shown) => text(others.get(shown) ?? shown),
        whole,
        isIdle: () => others.size === 0 && isIdle(),
      }),
  };
}

function formsOf(secret: string): readonly string[] {
  if (secret.length <= longest) return encodedForms(secret);
  return [secret, JSON.stringify(secret).slice(1, -1)];
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
