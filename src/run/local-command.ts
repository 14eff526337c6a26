import type { Command, ExecStep } from '../artifact/types.ts';
import type { Scope } from '../query/expression.ts';
import { createScope, drawsOf, type RunContext } from './context.ts';
import type { LocalCommand } from './execution.ts';
import type { Instant } from './outcome.ts';
import { createQuote } from './shell-words.ts';
import { renderPairs } from './wire-pairs.ts';

const usualTimeoutMs = 5 * 60_000;

/** Evaluates what a step runs. @throws EvaluationError, ValueError */
export function resolveCommand(context: RunContext, step: ExecStep, now: Instant): LocalCommand {
  const { parsed } = context;
  const scope = createScope(context, drawsOf(context, step.key, now));
  return {
    ...resolveWords(context, step.command, scope),
    env: renderPairs(parsed, step.env, scope),
    ...(step.cwd === undefined ? {} : { cwd: step.cwd }),
    ...(step.stdin === undefined ? {} : { stdin: parsed.text(step.stdin).render(scope) }),
    timeoutMs: step.timeoutMs ?? usualTimeoutMs,
  };
}

/** Of the arguments null is left out, and a list gives one for each element. */
function resolveWords(
  { parsed }: RunContext,
  command: Command,
  scope: Scope,
): Pick<LocalCommand, 'file' | 'args'> {
  if (command.kind === 'shell') return { file: 'sh', args: ['-c', command.line] };
  const args = renderPairs(
    parsed,
    command.args.map((arg, index) => [`argument ${index + 1}`, arg]),
    scope,
  );
  return { file: parsed.text(command.file).render(scope), args: args.map(([, value]) => value) };
}

/** What a person would type, masked. */
export function sayCommand({ masker }: RunContext, { command }: ExecStep, resolved: LocalCommand): string {
  if (command.kind === 'shell') return masker.text(command.line);
  const quote = createQuote();
  return [resolved.file, ...resolved.args].map((word) => quote(masker.text(word))).join(' ');
}
