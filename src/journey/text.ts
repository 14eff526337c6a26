import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';

/** Line and column, from 1, of the first byte that is not UTF-8. */
function firstBadByte(bytes: Uint8Array): { line: number; column: number } {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let start = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, start)) {
    try {
      decoder.decode(bytes.subarray(start, at));
    } catch {
      break;
    }
    start = at + 1;
    line++;
  }
  const rest = bytes.subarray(start);
  const shown = new TextDecoder().decode(rest).indexOf('\uFFFD');
  return { line, column: Math.max(0, shown) + 1 };
}

/** The text of a file: UTF-8, its byte order mark dropped, lines ending in `\n` on every machine. */
export function decodeSource(
  file: string,
  bytes: Uint8Array,
): { ok: true; source: Source } | { ok: false; diagnostic: Diagnostic } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { ok: true, source: { file, text: text.replaceAll('\r\n', '\n') } };
  } catch {
    const { line, column } = firstBadByte(bytes);
    const place = { file, line, column, endLine: line, endColumn: column + 1 };
    const diagnostic: Diagnostic = {
      code: 'not-utf8',
      severity: 'error',
      message: `${file} is not UTF-8`,
      place,
      fix: 'save it as UTF-8',
    };
    return { ok: false, diagnostic };
  }
}
