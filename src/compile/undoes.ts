import type { Request } from '../artifact/types.ts';
import { parseTemplate } from '../query/template.ts';
import type { Value } from '../query/value.ts';

/** Steps whose outputs the path, url, query or body of a request reads, in the order met. */
export function stepsReadBy(request: Request): readonly string[] {
  const { path = null, url = null, query, body } = request;
  const parts: Value[] = [path, url, query.map(([name, value]) => [name, value])];
  if (body?.kind === 'json') parts.push(body.value);
  if (body?.kind === 'form') parts.push(body.entries.map(([name, value]) => [name, value]));
  if (body?.kind === 'text') parts.push(body.text);
  const parsed = parseTemplate(parts);
  if (!parsed.ok) return [];
  const references = parsed.template.expressions.flatMap(({ expression }) => expression.references);
  const ids = references.flatMap(({ path: [root, id] }) =>
    root === 'steps' && id !== undefined ? [id] : [],
  );
  return [...new Set(ids)];
}
