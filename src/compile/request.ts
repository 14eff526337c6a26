import type { Auth, Body, Entries, Request } from '../artifact/types.ts';
import type { ParsedDefaults } from '../journey/journey.ts';
import type { EntryList } from '../journey/map-shapes.ts';
import type { Node, TextNode } from '../journey/node.ts';
import type { ParsedAuth, ParsedRequest } from '../journey/request.ts';
import { type Compiling, reportError } from './compiling.ts';
import { warnCredentials } from './credentials.ts';
import { compileTemplate, compileText } from './expression.ts';
import type { Position } from './position.ts';
import { compileService } from './service.ts';

type WireEntries = EntryList<Node>;

/** What the author wrote, with what `defaults` gives where the step says nothing. */
export interface RequestSources {
  readonly own: ParsedRequest;
  readonly defaults: ParsedDefaults | undefined;
}

function compileEntries(compiling: Compiling, position: Position, entries: WireEntries | undefined): Entries {
  return (entries?.entries ?? []).map(({ key, value }) => [
    compileText(compiling, position, key),
    compileTemplate(compiling, position, value),
  ]);
}

/** Maps merge: a name that the step gives replaces that of `defaults`. */
function underlay(
  own: WireEntries | undefined,
  under: WireEntries | undefined,
  same: (name: string) => string,
): WireEntries {
  const span = own?.span ?? under?.span ?? { start: 0, end: 0 };
  const names = new Set(own?.entries.map(({ key }) => same(key.text)));
  const kept = under?.entries.filter(({ key }) => !names.has(same(key.text))) ?? [];
  return { span, entries: [...kept, ...(own?.entries ?? [])] };
}

const exactly = (name: string): string => name;
const ignoringCase = (name: string): string => name.toLowerCase();

function compileAuth(compiling: Compiling, position: Position, auth: ParsedAuth): Auth {
  switch (auth.kind) {
    case 'none':
      return { kind: 'none' };
    case 'bearer':
      return { kind: 'bearer', token: compileText(compiling, position, auth.token) };
    case 'basic': {
      const username = compileText(compiling, position, auth.username);
      return { kind: 'basic', username, password: compileText(compiling, position, auth.password) };
    }
  }
}

function compileBody(compiling: Compiling, position: Position, own: ParsedRequest): Body | undefined {
  const bodies = own.node.members.filter(({ key }) => ['json', 'form', 'text'].includes(key.text));
  const second = bodies[1];
  if (second !== undefined) {
    const message = `a request has one body, and "${bodies[0]?.key.text}" is there already`;
    return reportError(compiling, 'one-of', second.key.span, message);
  }
  if (own.json !== undefined) return { kind: 'json', value: compileTemplate(compiling, position, own.json) };
  if (own.form !== undefined) return { kind: 'form', entries: compileEntries(compiling, position, own.form) };
  if (own.text !== undefined) return { kind: 'text', text: compileText(compiling, position, own.text) };
  return undefined;
}

/** Methods of the registry in capitals, however they are written; any other as it is. */
function methodName(node: TextNode | undefined): string {
  const written = node?.text ?? 'GET';
  const capitals = written.toUpperCase();
  return /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|QUERY)$/.test(capitals) ? capitals : written;
}

function compileKey(
  compiling: Compiling,
  position: Position,
  node: Node | undefined,
): Pick<Request, 'idempotencyKey'> {
  if (node?.kind === 'boolean') return node.value ? { idempotencyKey: true } : {};
  return node?.kind === 'text' ? { idempotencyKey: compileText(compiling, position, node) } : {};
}

/** Whether the URL may lead away from the service: its settings then go along only if it does not. */
function mayLeave(own: ParsedRequest): boolean {
  const url = own.url?.text;
  return url !== undefined && !/^[/?](?!\/)/.test(url);
}

function compileSettings(
  compiling: Compiling,
  position: Position,
  { own, defaults }: RequestSources,
): Pick<Request, 'headers' | 'auth' | 'fromDefaults'> {
  const auth = own.auth ?? defaults?.auth;
  const compiled = auth === undefined ? {} : { auth: compileAuth(compiling, position, auth) };
  if (!mayLeave(own) || defaults === undefined) {
    const merged = underlay(own.headers, defaults?.headers, ignoringCase);
    return { headers: compileEntries(compiling, position, merged), ...compiled };
  }
  const under = underlay(undefined, defaults.headers, ignoringCase);
  const fromDefaults = {
    headers: compileEntries(compiling, position, under),
    ...(own.auth === undefined ? compiled : {}),
  };
  const headers = compileEntries(compiling, position, own.headers);
  const needed = fromDefaults.headers.length > 0 || fromDefaults.auth !== undefined;
  return { headers, ...(own.auth === undefined ? {} : compiled), ...(needed ? { fromDefaults } : {}) };
}

function compileAddress(
  compiling: Compiling,
  position: Position,
  own: ParsedRequest,
): Pick<Request, 'path' | 'url'> {
  const { path, url } = own;
  if (path !== undefined && url !== undefined) {
    const key = own.node.members.find((member) => member.key.text === 'url')?.key ?? url;
    reportError(compiling, 'one-of', key.span, 'a request has a path or a url, not both');
  }
  if (path !== undefined && /^[a-z][a-z0-9+.-]*:\/\//i.test(path.text)) {
    reportError(
      compiling,
      'invalid-value',
      path.span,
      'a path is appended to the URL of its service',
      'write url:',
    );
  }
  return {
    ...(path === undefined ? {} : { path: compileText(compiling, position, path) }),
    ...(url === undefined ? {} : { url: compileText(compiling, position, url) }),
  };
}

export function compileRequest(
  compiling: Compiling,
  position: Position,
  sources: RequestSources,
  idempotent: boolean | undefined,
): Request {
  const { own, defaults } = sources;
  warnCredentials(compiling, own);
  const query = underlay(own.query, defaults?.query, exactly);
  const body = compileBody(compiling, position, own);
  const service = compileService(compiling, own, defaults?.service);
  return {
    method: methodName(own.method ?? defaults?.method),
    ...(service === undefined ? {} : { service }),
    ...compileAddress(compiling, position, own),
    query: compileEntries(compiling, position, query),
    ...compileSettings(compiling, position, sources),
    ...(body === undefined ? {} : { body }),
    ...compileKey(compiling, position, own.idempotencyKey ?? defaults?.idempotencyKey),
    ...((idempotent ?? defaults?.idempotent?.value) ? { idempotent: true as const } : {}),
  };
}
