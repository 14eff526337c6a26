/** A command of a longer line goes on behind a backslash. */
const commandWidth = 96;

/** A shell word: quoted stretches, escapes and plain characters that stand together (POSIX XCU 2.2). */
const words = /(?:\$'(?:\\[\s\S]|[^\\'])*'|'[^']*'|"(?:\\[\s\S]|[^"\\])*"|\\[\s\S]|[^\s'"\\])+/g;

/** A shell command over several lines, broken before options alone; it means the same. */
export function foldCommand(command: string): readonly string[] {
  const parts: string[] = [];
  for (const word of command.match(words) ?? []) {
    const before = parts.at(-1);
    if (before === undefined || word.startsWith('-')) parts.push(word);
    else parts[parts.length - 1] = `${before} ${word}`;
  }
  const lines: string[] = [];
  for (const part of parts) {
    const line = lines.at(-1);
    const joined = line === undefined ? part : `${line} ${part}`;
    if (line === undefined || joined.length > commandWidth) lines.push(part);
    else lines[lines.length - 1] = joined;
  }
  const folded = lines.map((line, index) => (index === 0 ? line : `  ${line}`));
  return folded.map((line, index) => (index < folded.length - 1 ? `${line} \\` : line)).flatMap(splitLines);
}

/** A quoted line break stays where it is. */
function splitLines(line: string): readonly string[] {
  return line.split('\n');
}
