import { parseEnv } from 'node:util';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

/** Values by name. */
export type Dotenv = Readonly<Record<string, string | undefined>>;

const assignment = /^(?:export\s+)?[\w.-]+\s*=\s*(.*)$/;

/**
 * Reads a dotenv file, and tells what of it is not read as it looks. Its lines are never shown: they hold secrets.
 *
 * @param file as it is told
 */
export function readDotenv(file: string, text: string, report: (diagnostic: Diagnostic) => void): Dotenv {
  const lines = text.split(/\r?\n/);
  let at = 0;
  while (at < lines.length) {
    const { problem, length } = readLine(lines, at);
    if (problem !== undefined) report(warning(file, at + 1, problem));
    // Node's parser would take it for a part of the next line.
    if (problem?.isSkipped === true) lines[at] = '';
    at += length;
  }
  return parseEnv(lines.join('\n'));
}

interface Read {
  readonly problem?: Problem;
  /** How many lines it takes. */
  readonly length: number;
}

interface Problem {
  readonly message: string;
  readonly fix: string;
  readonly isSkipped?: true;
}

function readLine(lines: readonly string[], at: number): Read {
  const line = lines[at]?.trim() ?? '';
  if (line === '' || line.startsWith('#')) return { length: 1 };
  const value = assignment.exec(line)?.[1];
  if (value === undefined) {
    const problem = { message: 'this line is no NAME=value', fix: 'a comment begins with #' };
    return { length: 1, problem: { ...problem, isSkipped: true } };
  }
  const quote = /^["'`]/.exec(value)?.[0];
  if (quote !== undefined) return readQuoted(lines, at, value.slice(1), quote);
  if (!/[^\s]#/.test(value.replace(/\s#.*$/, ''))) return { length: 1 };
  return { length: 1, problem: { message: 'the value ends before its "#"', fix: 'put it in quotes' } };
}

function readQuoted(lines: readonly string[], at: number, first: string, quote: string): Read {
  if (first.includes(quote)) return { length: 1 };
  const end = lines.findIndex((line, index) => index > at && line.includes(quote));
  if (end !== -1) return { length: end - at + 1 };
  return { length: 1, problem: { message: `this value has no closing ${quote}`, fix: 'add it' } };
}

function warning(file: string, line: number, { message, fix }: Problem): Diagnostic {
  const place = { file, line, column: 1, endLine: line, endColumn: 1 };
  return { code: 'dotenv', severity: 'warning', message, place, fix };
}
