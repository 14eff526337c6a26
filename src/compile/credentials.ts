import type { ParsedAuth } from '../journey/auth.ts';
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

function searchAuth(compiling: Compiling, auth: ParsedAuth | undefined): void {
  if (auth?.kind === 'bearer' && isLiteral(auth.token)) warn(compiling, auth.token);
  if ((auth?.kind === 'basic' || auth?.kind === 'digest') && isLiteral(auth.password))
    warn(compiling, auth.password);
  if (auth?.kind === 'apiKey' && isLiteral(auth.value)) warn(compiling, auth.value);
  for (const node of secretFields(auth)) if (isLiteral(node)) warn(compiling, node);
}

function secretFields(auth: ParsedAuth | undefined): readonly (TextNode | undefined)[] {
  if (auth?.kind === 'awsSigV4') return [auth.fields.secretAccessKey, auth.fields.sessionToken];
  if (auth?.kind !== 'oauth2') return [];
  const { clientSecret, password, refreshToken } = auth.fields;
  return [clientSecret, password, refreshToken];
}

/** Literals that look like passwords, tokens or keys. */
export function warnCredentials(compiling: Compiling, own: Partial<ParsedRequest>): void {
  searchHeaders(compiling, own.headers);
  searchAuth(compiling, own.auth);
  if (own.json !== undefined) search(compiling, own.json, '');
  if (own.graphql?.variables !== undefined) search(compiling, own.graphql.variables, '');
  for (const { key, value } of [...(own.form?.entries ?? []), ...(own.cookies?.entries ?? [])]) {
    search(compiling, value, key.text);
  }
}
