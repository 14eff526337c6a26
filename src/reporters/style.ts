import { Chalk, type ChalkInstance } from 'chalk';
import type { Look } from './reporter.ts';

const unicodeMarks = {
  passed: '✓',
  failed: '✗',
  soft: '!',
  skipped: '–',
  reused: '=',
  notReached: '·',
  canceled: '■',
  unknown: '?',
  running: '…',
  cleanup: '↩',
  recovered: '↻',
  group: '┬',
  dot: '·',
  dash: '–',
  ellipsis: '…',
  bar: '│',
} as const;

export type Mark = keyof typeof unicodeMarks;
type Marks = { readonly [mark in Mark]: string };

const asciiMarks: Marks = {
  passed: '+',
  failed: 'x',
  soft: '!',
  skipped: '-',
  reused: '=',
  notReached: '.',
  canceled: '#',
  unknown: '?',
  running: '~',
  cleanup: '<',
  recovered: '@',
  group: '*',
  dot: '-',
  dash: '-',
  ellipsis: '...',
  bar: '|',
};

type Tone = 'green' | 'red' | 'yellow' | 'cyan' | 'dim';

/** Says again what the symbol says. */
const tones: { readonly [mark in Mark]?: Tone } = {
  passed: 'green',
  failed: 'red',
  soft: 'yellow',
  canceled: 'yellow',
  unknown: 'yellow',
  recovered: 'yellow',
  cleanup: 'cyan',
  reused: 'dim',
  skipped: 'dim',
  notReached: 'dim',
};

/** A page's symbols and colours. */
export interface Style {
  readonly look: Look;
  readonly mark: Marks;
  readonly paint: ChalkInstance;
}

export function createStyle(look: Look): Style {
  return {
    // A terminal that was never given a size says 0.
    look: look.columns > 0 ? look : { ...look, columns: 80 },
    mark: look.unicode ? unicodeMarks : asciiMarks,
    paint: new Chalk({ level: look.colour ? 1 : 0 }),
  };
}

/** `text` in the colour of `mark`: by default the symbol itself. */
export function paintAs(style: Style, mark: Mark, text = style.mark[mark]): string {
  const tone = tones[mark];
  return tone === undefined ? text : style.paint[tone](text);
}

/** Parts of a line, the empty ones left out: `failed · 3 of 5 steps passed · 0.4 s`. */
export function joinParts(style: Style, parts: readonly (string | undefined)[]): string {
  const present = parts.filter((part) => part !== undefined && part !== '');
  return present.join(` ${style.mark.dot} `);
}
