import type { Template } from '../artifact/texts.ts';
import { bytesNames } from '../journey/matcher.ts';
import type { Node, TextNode } from '../journey/node.ts';
import { decodeBase64, decodeHex } from '../query/byte-encodings.ts';
import { type Compiling, reportError } from './compiling.ts';
import { checkLiteral, compileBase64, readProjectFile } from './embed.ts';
import { compileTemplate } from './expression.ts';
import type { Position } from './position.ts';

/** The one member of `{ file }`, `{ base64 }` or `{ hex }`. */
function literalOf(node: Node): { readonly name: string; readonly text: TextNode } | undefined {
  const [only, second] = node.kind === 'map' ? node.members : [];
  if (only === undefined || second !== undefined || only.value.kind !== 'text') return undefined;
  return bytesNames.includes(only.key.text) ? { name: only.key.text, text: only.value } : undefined;
}

function readLiteral(compiling: Compiling, name: string, node: TextNode): Uint8Array | undefined {
  if (name === 'base64') return decodeBase64(compileBase64(compiling, node) ?? '');
  if (!checkLiteral(compiling, node, name === 'file' ? 'a file' : 'hex')) return undefined;
  if (name === 'file') return readProjectFile(compiling, node.text, node.span);
  const bytes = decodeHex(node.text.replace(/\s/g, ''));
  return bytes ?? reportError(compiling, 'invalid-value', node.span, 'this is not hex: pairs of 0-9 and a-f');
}

/** What bytes are compared with: `{ file }`, `{ base64 }`, `{ hex }`, an expression, or a list of these. */
export function compileBytes(compiling: Compiling, position: Position, node: Node): Template {
  if (node.kind === 'list') return node.items.map((item) => compileBytes(compiling, position, item));
  if (node.kind === 'text' && node.text.includes('${{')) return compileTemplate(compiling, position, node);
  const literal = literalOf(node);
  if (literal !== undefined) return readLiteral(compiling, literal.name, literal.text) ?? null;
  const fix = 'write { file: … }, { base64: … } or { hex: … }';
  reportError(compiling, 'wrong-type', node.span, 'bytes are compared with bytes alone', fix);
  return null;
}
