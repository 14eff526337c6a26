import type { Diagnostic, Report } from '../diagnostics/diagnostic.ts';
import { placeOf, type Source, type Span } from '../diagnostics/source.ts';
import { type Node, nodeValue, type TextNode } from '../journey/node.ts';
import { spanInText } from '../journey/text-offset.ts';
import type { Expression, Reference } from '../query/expression.ts';
import { parseText } from '../query/template.ts';
import { renderText } from '../query/text.ts';
import type { Value } from '../query/value.ts';

/** Environment variables of the shell. */
export type Shell = Readonly<Record<string, string | undefined>>;

/** A variable by its name; what every object inherits (`constructor`) is none. */
export function readVariable(shell: Shell, name: string): string | undefined {
  return Object.hasOwn(shell, name) ? shell[name] : undefined;
}

interface Resolving {
  readonly source: Source;
  readonly shell: Shell;
  readonly report: Report;
}

const draws = {
  uuid: (): string => '',
  random: (): number => 0,
  now: (): number => 0,
};

const opening = `\${{`;

function readsShell(expression: Expression): boolean {
  return expression.references.some(({ path }) => path[0] === 'shell');
}

interface Refusal {
  readonly code: 'shell-missing' | 'out-of-scope';
  readonly message: string;
  readonly fix: string;
}

/** Why a name cannot be read where an environment is resolved; undefined where it can. */
function refusal(shell: Shell, expression: Expression, { path }: Reference): Refusal | undefined {
  const [root, name = ''] = path;
  if (root === 'shell') {
    const guarded = expression.references.some((other) => other.guarded && other.path[1] === name);
    if (guarded || readVariable(shell, name) !== undefined) return undefined;
    return {
      code: 'shell-missing',
      message: `the shell has no variable "${name}"`,
      fix: `set it: export ${name}=…`,
    };
  }
  if (root !== 'secrets') {
    return {
      code: 'out-of-scope',
      message: `"${root}" cannot be read here`,
      fix: 'only shell and secrets can',
    };
  }
  if (!readsShell(expression)) return undefined;
  const message = 'one expression reads either the shell or secrets';
  return { code: 'out-of-scope', message, fix: `write two \${{ }} side by side` };
}

function reportIn(
  resolving: Resolving,
  node: TextNode,
  part: Span,
  found: Omit<Diagnostic, 'severity' | 'place'>,
): void {
  const place = placeOf(resolving.source, spanInText(resolving.source, node, part));
  resolving.report({ ...found, severity: 'error', place });
}

/** Reports what an expression may not read; whether its value can be had now. */
function checkReferences(
  resolving: Resolving,
  node: TextNode,
  expression: Expression,
  offset: number,
): boolean {
  const refused = expression.references.flatMap((reference) => {
    const found = refusal(resolving.shell, expression, reference);
    const span = reference.spans.at(-1) ?? { start: 0, end: 0 };
    return found === undefined
      ? []
      : [{ found, part: { start: span.start + offset, end: span.end + offset } }];
  });
  for (const { found, part } of refused) reportIn(resolving, node, part, found);
  return refused.length === 0;
}

/** The value now, and as text inside a longer one. */
function evaluate(
  resolving: Resolving,
  expression: Expression,
): { value: Value; text: string } | { message: string } {
  const set = Object.entries(resolving.shell).filter(([, value]) => value !== undefined);
  const shell = Object.fromEntries(set) as { readonly [name: string]: string };
  try {
    const value =
      expression.evaluate({ draws, get: (root) => (root === 'shell' ? shell : undefined) }) ?? null;
    return { value, text: typeof value === 'string' ? value : renderText(value) };
  } catch (cause) {
    return { message: cause instanceof Error ? cause.message : String(cause) };
  }
}

const escaped = (text: string): string => text.replaceAll(opening, () => `$${opening}`);

function resolveText(resolving: Resolving, node: TextNode): Value {
  const parsed = parseText(node.text);
  if (!parsed.ok) {
    for (const { message, span, fix } of parsed.problems) {
      const advice = fix === undefined ? {} : { fix };
      reportIn(resolving, node, span, { code: 'bad-expression', message, ...advice });
    }
    return node.text;
  }
  let shown = '';
  let from = 0;
  for (const { expression, offset } of parsed.text.expressions) {
    const whole = checkReferences(resolving, node, expression, offset);
    if (!whole || !readsShell(expression)) continue;
    const end = offset + expression.text.length;
    const result = evaluate(resolving, expression);
    if ('message' in result) {
      reportIn(resolving, node, { start: offset, end }, { code: 'bad-expression', message: result.message });
      continue;
    }
    const start = node.text.lastIndexOf(opening, offset);
    const after = node.text.indexOf('}}', end) + 2;
    if (start === 0 && after === node.text.length && typeof result.value !== 'string') return result.value;
    shown += node.text.slice(from, start) + escaped(result.text);
    from = after;
  }
  return shown + node.text.slice(from);
}

/**
 * A value of reqflo.yaml or of an environment with every `shell.NAME` resolved; `secrets.NAME` stays for the run.
 * A variable that the shell lacks is reported.
 */
export function resolveShell(source: Source, node: Node, shell: Shell, report: Report): Value {
  const resolving = { source, shell, report };
  const resolve = (inner: Node): Value => {
    if (inner.kind === 'text') return resolveText(resolving, inner);
    if (inner.kind === 'list') return inner.items.map(resolve);
    if (inner.kind !== 'map') return nodeValue(inner);
    return Object.fromEntries(inner.members.map(({ key, value }) => [key.text, resolve(value)]));
  };
  return resolve(node);
}
