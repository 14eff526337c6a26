import type { Body, Part } from '../artifact/request.ts';
import { decodeBase64 } from '../query/byte-encodings.ts';
import type { Scope } from '../query/expression.ts';
import { stringifyJson } from '../query/json.ts';
import { renderText } from '../query/text.ts';
import type { Value } from '../query/value.ts';
import { encodeMultipart, multipartType, type Part as WirePart } from './multipart.ts';
import type { Parsed } from './parsed.ts';
import { encodeComponent } from './url.ts';
import { ValueError } from './value-error.ts';
import { renderPairs } from './wire-pairs.ts';

export interface WireBody {
  readonly data: string | Uint8Array;
  readonly contentType: string;
}

/** `boundary` stands between the parts of a multipart body: 1 to 70 letters and digits that no part holds. */
export function renderBody(parsed: Parsed, body: Body, scope: Scope, boundary: () => string): WireBody {
  switch (body.kind) {
    case 'json':
      return json(parsed.template(body.value).evaluate(scope));
    case 'form': {
      const pairs = renderPairs(parsed, body.entries, scope);
      const data = pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join('&');
      return { data, contentType: 'application/x-www-form-urlencoded' };
    }
    case 'text':
      return { data: parsed.text(body.text).render(scope), contentType: 'text/plain; charset=utf-8' };
    case 'bytes':
      return { data: bytesOf(body.base64), contentType: 'application/octet-stream' };
    case 'graphql': {
      const query = parsed.text(body.query).render(scope);
      if (body.variables === undefined) return json({ query });
      return json({ query, variables: parsed.template(body.variables).evaluate(scope) });
    }
    case 'multipart': {
      const between = boundary();
      const parts = body.parts.flatMap(([name, part]) => renderPart(parsed, name, part, scope));
      return { data: encodeMultipart(parts, between), contentType: multipartType(between) };
    }
  }
}

function json(value: Value): WireBody {
  return { data: renderJson(value), contentType: 'application/json' };
}

/** A part whose value is null is left out. */
function renderPart(parsed: Parsed, name: string, part: Part, scope: Scope): readonly WirePart[] {
  const render = (text: string | undefined): string | undefined =>
    text === undefined ? undefined : parsed.text(text).render(scope);
  const filename = render(part.filename);
  const contentType =
    render(part.contentType) ?? (part.content.kind === 'json' ? 'application/json' : undefined);
  const content = renderContent(parsed, part.content, scope);
  if (content === undefined) return [];
  return [
    {
      name: parsed.text(name).render(scope),
      content,
      ...(filename === undefined ? {} : { filename }),
      ...(contentType === undefined ? {} : { contentType }),
    },
  ];
}

function renderContent(
  parsed: Parsed,
  content: Part['content'],
  scope: Scope,
): string | Uint8Array | undefined {
  if (content.kind === 'bytes') return bytesOf(content.base64);
  const value = parsed.template(content.value).evaluate(scope);
  if (content.kind === 'json') return renderJson(value);
  if (value === null) return undefined;
  return value instanceof Uint8Array ? value : renderText(value);
}

function renderJson(value: Value): string {
  try {
    return stringifyJson(value);
  } catch (error) {
    throw error instanceof TypeError ? new ValueError(`the body cannot be written: ${error.message}`) : error;
  }
}

/** The compiler embedded it. */
function bytesOf(base64: string): Uint8Array {
  return decodeBase64(base64) ?? new Uint8Array();
}

function encodeForm(text: string): string {
  return encodeComponent(text).replaceAll('%20', '+');
}
