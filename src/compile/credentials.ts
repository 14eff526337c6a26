import type { EntryList } from '../journey/map-shapes.ts';
import type { Node, TextNode } from '../journey/node.ts';
import type { ParsedRequest } from '../journey/request.ts';
import { type Compiling, reportWarning } from './compiling.ts';

const tellingName =
  /pass(?:word|wd|phrase)|secret|token|api[-_]?key|authorization|credential|private[-_]?key/i;
const tellingHeader = /^(?:authorization|proxy-authorization|cookie|x-api-key|x-auth-token)$/i;
/** Formats that are keys wherever they stand. */
const tellingValue =
  /^(?:gh[pousr]_\w{20,}|sk_(?:live|test)_\w{10,}|AKIA[A-Z0-9]{12,}|xox[abprs]-[\w-]{10,}|eyJ[\w-]{10,}\.[\w-]+\.|-----BEGIN [A-Z ]*PRIVATE KEY)/;

function warn(compiling: Compiling, node: TextNode): void {
  const message = 'this looks like a credential, and journeys are kept in git';
  reportWarning(compiling, 'literal-credential', node.span, message, `write \${{ secrets.NAME }}`);
}

function isLiteral(node: Node | undefined): node is TextNode {
  return node?.kind === 'text' && node.text.length >= 4 && !node.text.includes('${{');
}

function search(compiling: Compiling, node: Node, name: string): void {
  if (node.kind === 'map') {
    for (const { key, value } of node.members) search(compiling, value, key.text);
  } else if (node.kind === 'list') {
    for (const item of node.items) search(compiling, item, name);
  } else if (isLiteral(node) && (tellingName.test(name) || tellingValue.test(node.text))) {
    warn(compiling, node);
  }
}

function searchHeaders(compiling: Compiling, headers: EntryList<Node> | undefined): void {
  for (const { key, value } of headers?.entries ?? []) {
    if (isLiteral(value) && (tellingHeader.test(key.text) || tellingValue.test(value.text)))
      warn(compiling, value);
  }
}

/** Literals that look like passwords, tokens or keys. */
export function warnCredentials(compiling: Compiling, own: Partial<ParsedRequest>): void {
  searchHeaders(compiling, own.headers);
  if (own.auth?.kind === 'bearer' && isLiteral(own.auth.token)) warn(compiling, own.auth.token);
  if (own.auth?.kind === 'basic' && isLiteral(own.auth.password)) warn(compiling, own.auth.password);
  if (own.json !== undefined) search(compiling, own.json, '');
  for (const { key, value } of own.form?.entries ?? []) search(compiling, value, key.text);
}
