import type { Entries } from '../artifact/texts.ts';
import type { EntryList } from '../journey/map-shapes.ts';
import type { MapNode, Node, TextNode } from '../journey/node.ts';
import type { ParsedRequest } from '../journey/request.ts';
import { renderText } from '../query/text.ts';
import { type Compiling, reportError, reportWarning } from './compiling.ts';
import { compileTemplate, compileText } from './expression.ts';
import type { Position } from './position.ts';

/** Settings of a request from one place: the step, its template, its actor, or `defaults`. */
export interface Layer {
  readonly compiling: Compiling;
  readonly position: Position;
  readonly settings: Settings;
}

type Settings = Partial<Omit<ParsedRequest, 'node'>> & { readonly node: MapNode };

/** What is laid together to one request, in each list the stronger first. */
export interface RequestLayers {
  /** The step's own, and that of its template. */
  readonly step: readonly Layer[];
  /** Its actor's, and `defaults`. */
  readonly beneath: readonly Layer[];
}

/** A setting, and the layer that gives it. */
export interface Given<T> {
  readonly layer: Layer;
  readonly value: T;
}

/** The strongest layer's. */
export function strongest<K extends keyof Settings>(
  layers: readonly Layer[],
  name: K,
): Given<NonNullable<Settings[K]>> | undefined {
  for (const layer of layers) {
    const value = layer.settings[name];
    if (value !== undefined) return { layer, value: value as NonNullable<Settings[K]> };
  }
  return undefined;
}

export function compileLayerText({ layer, value }: Given<TextNode>): string {
  return compileText(layer.compiling, layer.position, value);
}

export const exactly = (name: string): string => name;
export const ignoringCase = (name: string): string => name.toLowerCase();

/** Maps merge: a name that a stronger layer gives replaces that of a weaker one, which is not even looked at. */
export function mergeNamed<T, R>(
  layers: readonly Layer[],
  pick: (settings: Settings) => EntryList<T> | undefined,
  same: (name: string) => string,
  compile: (layer: Layer, key: TextNode, value: T) => R,
): readonly R[] {
  const taken = new Set<string>();
  const lists = layers.map((layer) => {
    const kept = (pick(layer.settings)?.entries ?? []).filter(({ key }) => !taken.has(same(key.text)));
    for (const { key } of kept) taken.add(same(key.text));
    return kept.map(({ key, value }) => compile(layer, key, value));
  });
  return lists.reverse().flat();
}

export function mergeEntries(
  layers: readonly Layer[],
  name: 'query' | 'headers' | 'cookies' | 'form',
  same: (name: string) => string,
): Entries {
  const compile = ({ compiling, position }: Layer, key: TextNode, value: Node): Entries[number] => {
    if (name === 'headers') checkName(compiling, key);
    for (const one of value.kind === 'list' ? value.items : [value]) warnOfRewritten(compiling, one);
    return [compileText(compiling, position, key), compileTemplate(compiling, position, value)];
  };
  return mergeNamed(layers, (settings) => settings[name], same, compile);
}

/** RFC 9110, 5.6.2: a token. */
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function checkName(compiling: Compiling, key: TextNode): void {
  if (token.test(key.text) || key.text.includes('${{')) return;
  const message = `${JSON.stringify(key.text)} is no name of a header: letters, digits and !#$%&'*+-.^_\`|~`;
  reportError(compiling, 'invalid-value', key.span, message);
}

/** `1.10` is a number, and as a text the shortest that reads back the same. */
function warnOfRewritten(compiling: Compiling, node: Node): void {
  if (node.kind !== 'number') return;
  const sent = renderText(node.value);
  if (sent === node.written) return;
  const fix = `write "${node.written}", if that is meant`;
  reportWarning(compiling, 'number-rewritten', node.span, `this is sent as ${sent}`, fix);
}
