import type { TextNode } from '../journey/node.ts';
import { type Compiling, reportError } from './compiling.ts';

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A name that expressions can read: letters, digits and `_`, and no digit first. */
export function checkIdentifier(compiling: Compiling, node: TextNode, what: string): void {
  if (identifier.test(node.text)) return;
  const spelled = node.text.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(?=\d)/, '_');
  const fix = identifier.test(spelled) ? `write ${spelled}` : undefined;
  const message = `"${node.text}" is no name for ${what}: letters, digits and _, no digit first`;
  reportError(compiling, 'invalid-id', node.span, message, fix);
}
