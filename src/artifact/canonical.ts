import { createHash } from 'node:crypto';
import type { Value } from '../query/value.ts';
import type { Artifact } from './types.ts';
import { decodeValue, encodeValue, inCanonicalOrder, type Json } from './value-codec.ts';

/**
 * Members of the artifact's own structure below which everything is a user's data: there numbers stay as
 * written, and members stay in their order. The structure around them is sorted.
 */
const userData: ReadonlySet<string> = new Set([
  'default',
  'enum',
  'value',
  'values',
  'query',
  'headers',
  'cookies',
  'entries',
  'expression',
  'schema',
  'items',
  'start',
  'equals',
  'notEquals',
  'contains',
  'notContains',
  'startsWith',
  'endsWith',
  'matches',
  'in',
  'greaterThan',
  'atLeast',
  'lessThan',
  'atMost',
  'between',
  'like',
  'length',
]);

/** The same, in one kind of node: elsewhere these names mean declarations. */
const userDataOf: ReadonlyMap<unknown, string> = new Map([
  ['journey', 'inputs'],
  ['graphql', 'variables'],
  ['openapi', 'definitions'],
]);

type Structure = Json | Value;

function mapStructure(node: Structure, convert: (value: Structure) => Structure): Structure {
  if (Array.isArray(node)) return node.map((item: Structure) => mapStructure(item, convert));
  if (typeof node !== 'object' || node === null) return node;
  const map = node as { readonly [name: string]: Structure };
  const ofKind = userDataOf.get(map.kind);
  // In canonical order already: so the whole of it is written in one go.
  const names = Object.keys(map).sort();
  const mapped = names.map((name): [string, Structure] => {
    const value = map[name] ?? null;
    const isData = userData.has(name) || name === ofKind;
    return [name, isData ? convert(value) : mapStructure(value, convert)];
  });
  return Object.fromEntries(mapped) as Structure;
}

/** Canonical JSON (RFC 8785): members sorted, no space, numbers and texts as ECMAScript writes them. */
export function canonicalJson(json: Json): string {
  // What comes from a canonical text has its members in order, and is written in one go.
  if (isSorted(json)) return JSON.stringify(json);
  if (Array.isArray(json)) return `[${json.map(canonicalJson).join(',')}]`;
  const map = json as { readonly [name: string]: Json };
  const members = Object.keys(map).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonicalJson(map[name] ?? null)}`).join(',')}}`;
}

function isSorted(json: Json): boolean {
  if (Array.isArray(json)) return json.every(isSorted);
  if (typeof json !== 'object' || json === null) return true;
  return inCanonicalOrder(Object.keys(json)) && Object.values(json).every(isSorted);
}

/** The canonical text of an artifact: the same sources give the same bytes on every machine. */
export function encodeArtifact(artifact: Artifact): string {
  const encode = (value: Structure): Structure => encodeValue(value as Value);
  return canonicalJson(mapStructure(artifact as unknown as Structure, encode) as Json);
}

/** The structure that `encodeArtifact` wrote; its shape is not checked here. */
export function decodeArtifact(json: Json): unknown {
  return mapStructure(json, (value) => decodeValue(value as Json));
}

/** Lower-case hex SHA-256 of a text's UTF-8: the name of an artifact. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
