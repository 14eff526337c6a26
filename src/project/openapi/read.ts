import { nodeValue } from '../../journey/node.ts';
import { decodeSource } from '../../journey/text.ts';
import { parseTree } from '../../journey/tree.ts';
import { parseJson } from '../../query/json.ts';
import type { Value } from '../../query/value.ts';
import { type CreatedDocument, createDocument } from './document.ts';

type ReadValue =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string };

/** Large documents are JSON more often than not, which is read in a fraction of YAML's time. */
function readValue(file: string, bytes: Uint8Array): ReadValue {
  const decoded = decodeSource(file, bytes);
  if (!decoded.ok) return { ok: false, message: decoded.diagnostic.message };
  const { source } = decoded;
  const json = source.text.trimStart().startsWith('{') ? parseJson(source.text) : undefined;
  if (json?.ok) return json;
  let fault: string | undefined;
  const tree = parseTree(source, ({ message, place }) => {
    fault ??= `line ${place?.line ?? 1}: ${message}`;
  });
  if (tree === undefined || fault !== undefined) return { ok: false, message: fault ?? 'the file is empty' };
  return { ok: true, value: nodeValue(tree) };
}

/** An OpenAPI document of version 3.0 or 3.1, in YAML or JSON. */
export function readDocument(file: string, bytes: Uint8Array): CreatedDocument {
  const read = readValue(file, bytes);
  return read.ok ? createDocument(file, read.value) : read;
}
