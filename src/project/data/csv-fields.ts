import type { Span } from '../../diagnostics/source.ts';

export interface Fields {
  /** Of each field, its quotes included. */
  readonly spans: readonly Span[];
  /** Offset of the first character behind a closing quote that is neither a comma nor the end. */
  readonly misplaced?: number;
}

/** A quoted field (RFC 4180: a quote inside is doubled), or one without quotes, where a quote is a character. */
const field = /"(?:[^"]|"")*"|[^,\n\r]*/y;

/** Where the fields of one CSV record stand. The text may end in its line break. */
export function fieldSpans(text: string): Fields {
  const spans: Span[] = [];
  for (let at = 0; ; ) {
    field.lastIndex = at;
    const end = at + (field.exec(text)?.[0].length ?? 0);
    spans.push({ start: at, end });
    const next = text.charAt(end);
    if (next === '' || next === '\n' || next === '\r') return { spans };
    if (next !== ',') return { spans, misplaced: end };
    at = end + 1;
  }
}
