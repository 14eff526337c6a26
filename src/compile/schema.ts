import type { Span } from '../diagnostics/source.ts';
import { type Node, nodeValue, type TextNode } from '../journey/node.ts';
import { blameSpan } from '../journey/shape.ts';
import { decodeSource } from '../journey/text.ts';
import { parseTree } from '../journey/tree.ts';
import type { Value } from '../query/value.ts';
import { findSchemaFault } from './checkers.ts';
import { type Compiling, reportError } from './compiling.ts';
import { checkLiteral, readProjectFile } from './embed.ts';

/** A schema of a file, in JSON or YAML. */
function readSchemaFile(compiling: Compiling, node: TextNode): Value | undefined {
  if (!checkLiteral(compiling, node, 'a schema')) return undefined;
  const bytes = readProjectFile(compiling, node.text, node.span);
  if (bytes === undefined) return undefined;
  const decoded = decodeSource(node.text, bytes);
  if (!decoded.ok) return reportError(compiling, 'not-utf8', node.span, decoded.diagnostic.message);
  let fault: string | undefined;
  const tree = parseTree(decoded.source, ({ message, place }) => {
    fault ??= `${node.text}:${place?.line ?? 1}: ${message}`;
  });
  if (tree !== undefined && fault === undefined) return nodeValue(tree);
  return reportError(compiling, 'bad-schema', node.span, fault ?? `${node.text} is empty`);
}

function checkSchema(compiling: Compiling, schema: Value, span: Span): void {
  const fault = findSchemaFault(schema);
  if (fault !== undefined) reportError(compiling, 'bad-schema', span, `not a JSON Schema: ${fault.message}`);
}

/** A JSON Schema, written in place or in a file of the project, whose name is a text; it is embedded. */
export function compileSchema(compiling: Compiling, node: Node): Value {
  const span = blameSpan(compiling, node);
  const schema = node.kind === 'text' ? readSchemaFile(compiling, node) : nodeValue(node);
  if (schema === undefined) return true;
  checkSchema(compiling, schema, span);
  return schema;
}
