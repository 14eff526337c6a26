import type { Document } from 'slimdom';
import { fillDocument } from './html-document.ts';
import { rememberLatest } from './latest.ts';
import { type MarkupKind, maxMarkupDepth, parseMarkup, tooDeep } from './markup.ts';
import { xmlLibraries } from './xml-libraries.ts';

export type ParsedDocument =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly message: string };

/** The library frames the place: `message\nAt line 1, character 2:\n\n<a>\n ^`. */
function notWellFormed(error: Error): ParsedDocument {
  const [, message = '', line, character] =
    /^(.*)\nAt line (\d+), character (\d+)/s.exec(error.message) ?? [];
  const cause = message.replace(/^Parsing document failed, /, '').replace(/^document is /, '');
  if (line === undefined) return { ok: false, message: error.message };
  return { ok: false, message: `${cause} (line ${line}, character ${character})` };
}

function isTooDeep(document: Document): boolean {
  let level = document.children;
  for (let depth = 0; depth < maxMarkupDepth; depth += 1) level = level.flatMap(({ children }) => children);
  return level.length > 0;
}

function parseXml(text: string): ParsedDocument {
  try {
    const document = xmlLibraries().slimdom.parseXmlDocument(text);
    return isTooDeep(document) ? { ok: false, message: tooDeep } : { ok: true, document };
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, message: tooDeep };
    if (error instanceof Error && !(error instanceof TypeError)) return notWellFormed(error);
    throw error;
  }
}

function parseHtml(text: string): ParsedDocument {
  const parsed = parseMarkup(text, 'html');
  if (!parsed.ok) return parsed;
  return { ok: true, document: fillDocument(new (xmlLibraries().slimdom.Document)(), parsed.root) };
}

/** A text as the tree that XPath looks into: well-formed XML (entities are bounded, nothing is fetched), or HTML. */
export const parseDocument = rememberLatest(
  (text: string, kind: MarkupKind): ParsedDocument => (kind === 'html' ? parseHtml(text) : parseXml(text)),
);
