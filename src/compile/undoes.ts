import type { Body } from '../artifact/request.ts';
import type { Entries } from '../artifact/texts.ts';
import type { ExecStep, JourneyStep, RequestStep, Step } from '../artifact/types.ts';
import { parseTemplate } from '../query/template.ts';
import type { Value } from '../query/value.ts';

function valuesOf(entries: Entries): Value {
  return entries.map(([name, value]) => [name, value]);
}

function partsOf(body: Body): Value {
  switch (body.kind) {
    case 'json':
      return body.value;
    case 'form':
      return valuesOf(body.entries);
    case 'text':
      return body.text;
    case 'graphql':
      return [body.query, body.variables ?? null];
    case 'multipart':
      return body.parts.map(([name, { content }]) => [name, content.kind === 'bytes' ? null : content.value]);
    case 'bytes':
      return null;
  }
}

type Reader =
  | ({ readonly kind: 'request' } & Pick<RequestStep, 'request' | 'values'>)
  | ({ readonly kind: 'journey' } & Pick<JourneyStep, 'inputs'>)
  | ({ readonly kind: 'exec' } & Pick<ExecStep, 'command' | 'env' | 'stdin'>);

function readingParts(reader: Reader): Value {
  if (reader.kind === 'journey') return valuesOf(reader.inputs);
  if (reader.kind === 'exec') {
    const { command, env, stdin = null } = reader;
    return [command.kind === 'file' ? [command.file, ...command.args] : null, valuesOf(env), stdin];
  }
  const { values = [], request } = reader;
  const { path = null, url = null, query, body } = request;
  return [path, url, valuesOf(query), valuesOf(values), body === undefined ? null : partsOf(body)];
}

/**
 * Steps whose outputs the path, url, query or body of a request reads, the inputs of a journey, or a command, in the order met;
 * `locals` are the names of loops around it.
 */
export function stepsReadBy(reader: Reader, locals: readonly string[]): readonly string[] {
  const parts = readingParts(reader);
  const parsed = parseTemplate(parts, { locals: [...locals, 'values', 'row'] });
  if (!parsed.ok) return [];
  const references = parsed.template.expressions.flatMap(({ expression }) => expression.references);
  const ids = references.flatMap(({ path: [root, id] }) =>
    root === 'steps' && id !== undefined ? [id] : [],
  );
  return [...new Set(ids)];
}

/** Steps of a journey that is a step of a cleanup are steps of that cleanup too: they run whatever happened. */
export function asCleanup(steps: readonly Step[], undoes: readonly string[]): readonly Step[] {
  return steps.map((step) => {
    if (step.inCleanup === true) return step;
    const own = { ...step, inCleanup: true, undoes } as const;
    return 'steps' in own ? { ...own, steps: asCleanup(own.steps, undoes) } : own;
  });
}
