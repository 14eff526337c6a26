import { posix } from 'node:path';
import type { Assertion } from '../artifact/judgement.ts';
import type { ExecStep } from '../artifact/types.ts';
import type { ParsedAssertion } from '../journey/assertion.ts';
import type { ParsedExec } from '../journey/exec.ts';
import { memberOf, type TextNode } from '../journey/node.ts';
import type { ParsedStep } from '../journey/step.ts';
import { atOf, type Compiling, reportError } from './compiling.ts';
import { warnCredentials } from './credentials.ts';
import { compileTemplate, compileText } from './expression.ts';
import type { PlanStep } from './plan.ts';
import type { Position } from './position.ts';

export type ExecParts = Pick<ExecStep, 'command' | 'env' | 'cwd' | 'stdin' | 'timeoutMs' | 'idempotent'>;

/** What a shell reads is a program, and a value put into it would be a part of that program. */
function compileLine(compiling: Compiling, node: TextNode): string {
  const at = node.text.indexOf('${{');
  if (at === -1) return node.text;
  const message = 'a shell would read this value as code';
  const fix = 'give it through env, or write a list: [FILE, ARGUMENT, …]';
  reportError(compiling, 'dynamic-name', node.span, message, fix);
  return node.text;
}

function compileCommand(
  compiling: Compiling,
  position: Position,
  { command, args }: ParsedExec,
): ExecStep['command'] {
  if (args === undefined) return { kind: 'shell', line: compileLine(compiling, command) };
  const given = args.map((arg) => compileTemplate(compiling, position, arg));
  return { kind: 'file', file: compileText(compiling, position, command), args: given };
}

/** A folder that does not leave the project. */
function compileFolder(compiling: Compiling, node: TextNode): string {
  if (node.text.includes('${{')) {
    reportError(compiling, 'dynamic-name', node.span, 'a folder cannot be calculated');
    return node.text;
  }
  const path = posix.normalize(node.text.replaceAll('\\', '/'));
  if (path === '..' || path.startsWith('../') || posix.isAbsolute(path)) {
    const fix = "paths are relative to the project's folder";
    reportError(compiling, 'file-outside', node.span, `${node.text} lies outside the project`, fix);
  }
  return path;
}

export function compileExec(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  exec: ParsedExec,
): ExecParts {
  const position: Position = { step };
  const { env, cwd, stdin } = exec;
  // A variable is as telling a name as a field of a form.
  if (env !== undefined) warnCredentials(compiling, { form: env });
  return {
    command: compileCommand(compiling, position, exec),
    env: (env?.entries ?? []).map(({ key, value }) => [
      compileText(compiling, position, key),
      compileTemplate(compiling, position, value),
    ]),
    ...(cwd === undefined ? {} : { cwd: compileFolder(compiling, cwd) }),
    ...(stdin === undefined ? {} : { stdin: compileText(compiling, position, stdin) }),
    ...(parsed.timeout === undefined ? {} : { timeoutMs: parsed.timeout.value }),
    ...(parsed.idempotent?.value === true ? { idempotent: true } : {}),
  };
}

function looksAtStatus({ target }: ParsedAssertion): boolean {
  if (target.kind === 'value') return /\bresponse\.status\b/.test(target.argument.text);
  return target.kind === 'status' || target.kind === 'error';
}

/** A command has to end with 0 where its step says nothing else about its exit code, as everywhere. */
export function impliedAssertions(compiling: Compiling, parsed: ParsedStep): readonly Assertion[] {
  const member = memberOf(parsed.node, 'exec');
  const written = parsed.assertions?.items.flat() ?? [];
  if (member === undefined || written.some(looksAtStatus)) return [];
  return [{ at: atOf(compiling, member.key.span), target: { kind: 'status' }, matcher: { equals: 0 } }];
}
