import type { Body, Part } from '../artifact/request.ts';
import type { Template, Text } from '../artifact/texts.ts';
import { type BodyName, bodyNames, type ParsedPart } from '../journey/body.ts';
import type { Node, TextNode } from '../journey/node.ts';
import { parseJson } from '../query/json.ts';
import { isMap } from '../query/value.ts';
import { type Compiling, reportError, reportWarning } from './compiling.ts';
import { compileBase64, compileFile } from './embed.ts';
import { compileTemplate, compileText } from './expression.ts';
import { compileLayerText, exactly, type Layer, mergeEntries, mergeNamed, strongest } from './layers.ts';

/** The name of a layer's body; of two, the first. */
function bodyOf({ compiling, settings }: Layer): BodyName | undefined {
  const keys = settings.node.members.map(({ key }) => key).filter(({ text }) => isBody(text));
  const [first, second] = keys;
  if (second !== undefined) {
    const message = `a request has one body, and "${first?.text}" is there already`;
    reportError(compiling, 'one-of', second.span, message);
  }
  return bodyNames.find((name) => name === first?.text);
}

function isBody(name: string): boolean {
  return bodyNames.some((known) => known === name);
}

/** Members of maps are laid over each other, however deep; all else replaces. */
function overlay(under: Template, over: Template): Template {
  if (!isMap(under) || !isMap(over)) return over;
  const merged = Object.entries(over).map(([name, value]) => {
    const below = Object.hasOwn(under, name) ? under[name] : undefined;
    return [name, below === undefined ? value : overlay(below, value)] as const;
  });
  return { ...under, ...Object.fromEntries(merged) };
}

/** A value from all layers that give one, the weakest at the bottom. */
function overlaid(
  layers: readonly Layer[],
  pick: (layer: Layer) => Template | undefined,
): Template | undefined {
  const given = layers.map(pick).filter((value) => value !== undefined);
  return given.reduceRight<Template | undefined>(
    (under, over) => (under === undefined ? over : overlay(under, over)),
    undefined,
  );
}

function compilePart({ compiling, position }: Layer, part: ParsedPart): Part | undefined {
  if (part.kind === 'value') {
    return { content: { kind: 'value', value: compileTemplate(compiling, position, part.node) } };
  }
  const { filename, contentType, file } = part.record;
  const named = filename === undefined ? undefined : compileText(compiling, position, filename);
  const shown = named ?? (part.content === 'file' ? file?.text.replace(/^.*\//s, '') : undefined);
  const type = contentType === undefined ? undefined : compileText(compiling, position, contentType);
  const content = compileContent({ compiling, position }, part);
  if (content === undefined) return undefined;
  return {
    content,
    ...(shown === undefined ? {} : { filename: shown }),
    ...(type === undefined ? {} : { contentType: type }),
  };
}

function compileContent(
  { compiling, position }: Pick<Layer, 'compiling' | 'position'>,
  { record }: Extract<ParsedPart, { kind: 'record' }>,
): Part['content'] | undefined {
  const { json, text, file, base64 } = record;
  if (json !== undefined) return { kind: 'json', value: compileTemplate(compiling, position, json) };
  if (text !== undefined) return { kind: 'value', value: compileText(compiling, position, text) };
  const bytes =
    file === undefined ? base64 && compileBase64(compiling, base64) : compileFile(compiling, file);
  return bytes === undefined ? undefined : { kind: 'bytes', base64: bytes };
}

function compileMultipart(layers: readonly Layer[]): Body {
  const compile = (layer: Layer, key: TextNode, parts: readonly ParsedPart[]): [Text, Part][] => {
    const name = compileText(layer.compiling, layer.position, key);
    return parts.flatMap((part) => {
      const compiled = compilePart(layer, part);
      return compiled === undefined ? [] : [[name, compiled]];
    });
  };
  return {
    kind: 'multipart',
    parts: mergeNamed(layers, (settings) => settings.multipart, exactly, compile).flat(),
  };
}

function compileGraphql(layers: readonly Layer[]): Body | undefined {
  const layer = layers.find(({ settings }) => settings.graphql?.query !== undefined);
  const query = layer?.settings.graphql?.query;
  if (layer === undefined || query === undefined) {
    const [strong] = layers;
    const node = strong?.settings.graphql?.node;
    if (strong !== undefined && node !== undefined && !node.broken) {
      reportError(strong.compiling, 'missing-key', node.span, 'graphql needs "query"');
    }
    return undefined;
  }
  const variables = overlaid(layers, ({ compiling, position, settings }) => {
    const written = settings.graphql?.variables;
    return written && compileTemplate(compiling, position, written);
  });
  const text = compileText(layer.compiling, layer.position, query);
  return { kind: 'graphql', query: text, ...(variables === undefined ? {} : { variables }) };
}

function compileBytes(layers: readonly Layer[], name: 'file' | 'base64'): Body | undefined {
  const given = strongest(layers, name);
  if (given === undefined) return undefined;
  const { layer, value } = given;
  const base64 =
    name === 'file' ? compileFile(layer.compiling, value) : compileBase64(layer.compiling, value);
  return base64 === undefined ? undefined : { kind: 'bytes', base64 };
}

/** A text of JSON would be sent as one text: in quotes, and its own quotes escaped. */
function warnOfText(compiling: Compiling, node: Node): void {
  if (node.kind !== 'text' || !/^\s*[[{]/.test(node.text) || !parseJson(node.text).ok) return;
  const fix =
    'write it without the quotes around it, or as text: with headers: { content-type: application/json }';
  reportWarning(compiling, 'json-in-text', node.span, 'this is sent as one text, not as what it says', fix);
}

function compileJson(layers: readonly Layer[]): Body | undefined {
  const value = overlaid(layers, ({ compiling, position, settings: { json } }) => {
    if (json === undefined) return undefined;
    warnOfText(compiling, json);
    return compileTemplate(compiling, position, json);
  });
  return value === undefined ? undefined : { kind: 'json', value };
}

/** The body of a request: of layers with the same kind of body laid over each other, else the strongest. */
export function compileBody(layers: readonly Layer[]): Body | undefined {
  const bodies = layers.flatMap((layer) => {
    const name = bodyOf(layer);
    return name === undefined ? [] : [{ layer, name }];
  });
  const name = bodies[0]?.name;
  const alike = bodies.filter((body) => body.name === name).map(({ layer }) => layer);
  switch (name) {
    case undefined:
      return undefined;
    case 'json':
      return compileJson(alike);
    case 'form':
      return { kind: 'form', entries: mergeEntries(alike, 'form', exactly) };
    case 'multipart':
      return compileMultipart(alike);
    case 'graphql':
      return compileGraphql(alike);
    case 'text': {
      const text = strongest(alike, 'text');
      return text && { kind: 'text', text: compileLayerText(text) };
    }
    case 'file':
    case 'base64':
      return compileBytes(alike, name);
  }
}
