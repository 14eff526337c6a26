/** Nearly all that is shown: nothing in it has to be made visible, and each unit is a character. */
const plain = /^[ -~]*$/;

/** Others' text, safe to print: control and bidirectional characters are shown, never obeyed. Lines stay. */
export function visible(text: string): string {
  if (plain.test(text)) return text;
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, (character) => {
    if (character === '\n') return character;
    if (character === '\t') return '  ';
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}

/** The same on one line. */
export function visibleLine(text: string): string {
  if (plain.test(text)) return text;
  return visible(text.replaceAll(/\s*\r?\n\s*/g, ' '));
}

/** Characters, not UTF-16 units. */
export function widthOf(text: string): number {
  return plain.test(text) ? text.length : [...text].length;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Both ends are kept: the ends tell paths apart. */
export function cutMiddle(text: string, width: number, ellipsis: string): string {
  if (text.length <= width) return text;
  const characters = [...text];
  if (characters.length <= width) return text;
  const kept = Math.max(2, width - ellipsis.length);
  const head = Math.ceil(kept / 2);
  return characters.slice(0, head).join('') + ellipsis + characters.slice(head - kept).join('');
}

export function cutEnd(text: string, width: number, ellipsis: string): string {
  if (text.length <= width) return text;
  const characters = [...text];
  if (characters.length <= width) return text;
  return characters.slice(0, Math.max(0, width - ellipsis.length)).join('') + ellipsis;
}

/** Lines of at most `width` characters, broken between words; a longer word has a line of its own. */
export function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** `1 step`, `2 steps`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `44 B`, `1.2 kB`, `3.4 MB`: 1 kB is 1000 bytes. */
export function renderSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
