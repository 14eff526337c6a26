/** A file that the reference shows, and what it says will come of it. */
export interface Example {
  /** In the project. */
  readonly path: string;
  readonly text: string;
  /** Codes of `# does not compile: …`. */
  readonly errors: readonly string[];
  /** Codes of `# warns: …`. */
  readonly warnings: readonly string[];
  /** The reason of `# fails: …`: it compiles, and its run fails. */
  readonly failure: string | undefined;
}

/** A line of a shell example. */
export interface Command {
  readonly line: string;
  readonly args: readonly string[];
  /** Of `# exits with N`; else 0. */
  readonly exitCode: number;
}

/** One `##` of a page: its files make a project. */
export interface Section {
  readonly title: string;
  readonly files: readonly Example[];
  readonly commands: readonly Command[];
}

interface Fence {
  readonly language: string;
  readonly text: string;
}

export function readSections(page: string): readonly Section[] {
  const [, ...parts] = page.split(/^## /m);
  return parts.map((part) => {
    const fences = readFences(part);
    return {
      title: part.slice(0, part.indexOf('\n')),
      files: fences.filter(({ language }) => !/^(?:|sh|text)$/.test(language)).map(readExample),
      commands: fences.filter(({ language }) => language === 'sh').flatMap(({ text }) => readCommands(text)),
    };
  });
}

function readFences(text: string): readonly Fence[] {
  const fences = text.matchAll(/^```(\w*)\n(.*?)^```$/gms);
  return [...fences].map(([, language = '', inner = '']) => ({ language, text: inner }));
}

/** Languages in which the line with the file's name is a comment; of others it is left out. */
const commented = /^(?:yaml|dotenv)$/;

/** @throws Error for an example that does not say which file it is: nothing would try it. */
function readExample({ language, text: whole }: Fence): Example {
  const [first, path] = /^# (\S+)\n/.exec(whole) ?? [];
  if (first === undefined || path === undefined) {
    throw new Error(`this example has no file name:\n${whole}`);
  }
  const text = commented.test(language) ? whole : whole.slice(first.length);
  const codes = (mark: string): readonly string[] => readMark(text, mark)?.split(', ') ?? [];
  return {
    path,
    text,
    errors: codes('does not compile'),
    warnings: codes('warns'),
    failure: readMark(text, 'fails'),
  };
}

function readMark(text: string, mark: string): string | undefined {
  return new RegExp(`^# ${mark}: (.+)$`, 'm').exec(text)?.[1];
}

function readCommands(text: string): readonly Command[] {
  const lines = text.split('\n').filter((line) => line.startsWith('reqflo '));
  return lines.map((line) => {
    const [command = '', exit] = line.split(/\s+# exits with /);
    return { line: command, args: splitWords(command).slice(1), exitCode: Number(exit ?? 0) };
  });
}

/** Words as a shell has them, as far as the page needs it: quotes of both kinds, and no escapes. */
function splitWords(line: string): readonly string[] {
  const words = line.match(/(?:"[^"]*"|'[^']*'|\S)+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single));
}
