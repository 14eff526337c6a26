import type { Span } from '../diagnostics/source.ts';
import type { TextNode } from '../journey/node.ts';
import { decodeBase64 } from '../query/byte-encodings.ts';
import { type Compiling, reportError } from './compiling.ts';

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** The bytes of a project file; undefined where there is none, which is reported. */
export function readProjectFile(compiling: Compiling, path: string, span: Span): Uint8Array | undefined {
  const read = compiling.project.files?.readFile(path);
  if (read?.ok) return read.bytes;
  const { code, message, fix } = read ?? { code: 'file-missing', message: `${path}: there is no such file` };
  return reportError(compiling, code, span, message, fix);
}

/** A file that an expression reads: its bytes go into the artifact. */
export function embedFile(compiling: Compiling, path: string, span: Span): void {
  const { files } = compiling.compilation;
  if (files.has(path)) return;
  const bytes = readProjectFile(compiling, path, span);
  if (bytes !== undefined) files.set(path, base64Of(bytes));
}

/** A path or bytes, which are embedded when compiling: no expression can be in them. */
export function checkLiteral(compiling: Compiling, node: TextNode, what: string): boolean {
  if (!node.text.includes('${{')) return true;
  reportError(compiling, 'dynamic-name', node.span, `${what} is embedded: it cannot be calculated`);
  return false;
}

/** The base64 of a file's bytes. */
export function compileFile(compiling: Compiling, node: TextNode): string | undefined {
  if (!checkLiteral(compiling, node, 'a file')) return undefined;
  const bytes = readProjectFile(compiling, node.text, node.span);
  return bytes === undefined ? undefined : base64Of(bytes);
}

/** Base64 (RFC 4648, 4), as it is always written. */
export function compileBase64(compiling: Compiling, node: TextNode): string | undefined {
  if (!checkLiteral(compiling, node, 'base64')) return undefined;
  const bytes = decodeBase64(node.text.replace(/\s/g, ''));
  if (bytes !== undefined) return base64Of(bytes);
  return reportError(compiling, 'invalid-value', node.span, 'this is not base64 (RFC 4648)');
}
