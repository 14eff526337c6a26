import type { Body } from '../artifact/types.ts';
import type { Scope } from '../query/expression.ts';
import { stringifyJson } from '../query/json.ts';
import type { Value } from '../query/value.ts';
import type { Parsed } from './parsed.ts';
import { encodeComponent } from './url.ts';
import { ValueError } from './value-error.ts';
import { renderPairs } from './wire-pairs.ts';

export interface WireBody {
  readonly text: string;
  readonly contentType: string;
}

export function renderBody(parsed: Parsed, body: Body, scope: Scope): WireBody {
  switch (body.kind) {
    case 'json': {
      const value = parsed.template(body.value).evaluate(scope);
      return { text: renderJson(value), contentType: 'application/json' };
    }
    case 'form': {
      const pairs = renderPairs(parsed, body.entries, scope);
      const text = pairs.map(([name, value]) => `${encodeForm(name)}=${encodeForm(value)}`).join('&');
      return { text, contentType: 'application/x-www-form-urlencoded' };
    }
    case 'text':
      return { text: parsed.text(body.text).render(scope), contentType: 'text/plain; charset=utf-8' };
  }
}

function renderJson(value: Value): string {
  try {
    return stringifyJson(value);
  } catch (error) {
    throw error instanceof TypeError ? new ValueError(`the body cannot be written: ${error.message}`) : error;
  }
}

function encodeForm(text: string): string {
  return encodeComponent(text).replaceAll('%20', '+');
}
