import type { Report } from '../diagnostics/diagnostic.ts';
import { placeOf, type Source } from '../diagnostics/source.ts';
import { type Node, nodeValue, type TextNode } from '../journey/node.ts';
import { spanInText } from '../journey/text-offset.ts';
import type { Expression } from '../query/expression.ts';
import { parseText } from '../query/template.ts';
import { renderText } from '../query/text.ts';
import type { Value } from '../query/value.ts';

/** Environment variables of the shell. */
export type Shell = Readonly<Record<string, string | undefined>>;

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

/** Reports what an environment's expression may not read; whether its value can be had now. */
function checkReferences(
  resolving: Resolving,
  node: TextNode,
  expression: Expression,
  offset: number,
): boolean {
  let whole = true;
  const fail = (
    index: number,
    message: string,
    code: 'shell-missing' | 'out-of-scope',
    fix: string,
  ): void => {
    const span = expression.references[index]?.spans.at(-1) ?? { start: 0, end: 0 };
    const part = { start: span.start + offset, end: span.end + offset };
    const place = placeOf(resolving.source, spanInText(resolving.source, node, part));
    resolving.report({ code, severity: 'error', message, place, fix });
    whole = false;
  };
  const guardedNames = expression.references.flatMap(({ path, guarded }) => (guarded ? [path[1]] : []));
  for (const [index, { path }] of expression.references.entries()) {
    const [root, name = ''] = path;
    if (root !== 'shell' && root !== 'secrets') {
      fail(index, `"${root}" cannot be read here`, 'out-of-scope', 'only shell and secrets can');
    } else if (root === 'shell' && !guardedNames.includes(name) && resolving.shell[name] === undefined) {
      fail(index, `the shell has no variable "${name}"`, 'shell-missing', `set it: export ${name}=…`);
    } else if (root === 'secrets' && readsShell(expression)) {
      fail(
        index,
        'one expression reads either the shell or secrets',
        'out-of-scope',
        `write two \${{ }} side by side`,
      );
    }
  }
  return whole;
}

function evaluate(resolving: Resolving, node: TextNode, expression: Expression): Value {
  const shell = Object.fromEntries(
    Object.entries(resolving.shell).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  try {
    return expression.evaluate({ draws, get: (root) => (root === 'shell' ? shell : undefined) }) ?? null;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const place = placeOf(resolving.source, node.span);
    resolving.report({ code: 'bad-expression', severity: 'error', message, place });
    return null;
  }
}

const escaped = (text: string): string => text.replaceAll(opening, () => `$${opening}`);

function reportProblems(
  resolving: Resolving,
  node: TextNode,
  problems: readonly { message: string; span: { start: number; end: number }; fix?: string }[],
): void {
  for (const { message, span, fix } of problems) {
    const place = placeOf(resolving.source, spanInText(resolving.source, node, span));
    resolving.report({
      code: 'bad-expression',
      severity: 'error',
      message,
      place,
      ...(fix === undefined ? {} : { fix }),
    });
  }
}

function resolveText(resolving: Resolving, node: TextNode): Value {
  const parsed = parseText(node.text);
  if (!parsed.ok) {
    reportProblems(resolving, node, parsed.problems);
    return node.text;
  }
  let shown = '';
  let from = 0;
  for (const { expression, offset } of parsed.text.expressions) {
    const whole = checkReferences(resolving, node, expression, offset);
    if (!whole || !readsShell(expression)) continue;
    const start = node.text.lastIndexOf(opening, offset);
    const end = node.text.indexOf('}}', offset + expression.text.length) + 2;
    const value = evaluate(resolving, node, expression);
    if (start === 0 && end === node.text.length && typeof value !== 'string') return value;
    shown += node.text.slice(from, start) + (value === null ? '' : escaped(renderText(value)));
    from = end;
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
