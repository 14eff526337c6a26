import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { memberOf, type TextNode } from '../journey/node.ts';
import type { ParsedRequest } from '../journey/request.ts';
import { blameSpan } from '../journey/shape.ts';
import { type Compiling, reportError } from './compiling.ts';

function requestSpan(compiling: Compiling, own: ParsedRequest): { start: number; end: number } {
  return (own.path ?? own.url)?.span ?? blameSpan(compiling, own.node);
}

function useService(compiling: Compiling, node: TextNode): string {
  const known = compiling.project.services;
  if (node.text.includes('${{')) {
    const message = 'the name of a service is a literal';
    reportError(compiling, 'invalid-value', node.span, message, 'to choose at run time, write url:');
  } else if (!known.includes(node.text)) {
    const none = 'no environment gives a service: add one to environments/';
    reportError(
      compiling,
      'unknown-service',
      node.span,
      `there is no service "${node.text}"`,
      didYouMean(node.text, known, none),
    );
  }
  compiling.usage.services.add(node.text);
  return node.text;
}

/** A URL that is no reference to a base: it has a scheme, or an expression may give it one. */
function isAbsolute(url: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url) || url.startsWith('${{');
}

/** The service of a request: its own, that of `defaults`, or the only one there is. */
export function compileService(
  compiling: Compiling,
  own: ParsedRequest,
  shared: TextNode | undefined,
): string | undefined {
  const written = own.service ?? shared;
  if (own.path === undefined && own.url === undefined) {
    const tried =
      own.node.broken || memberOf(own.node, 'path') !== undefined || memberOf(own.node, 'url') !== undefined;
    if (tried) return undefined;
    return reportError(
      compiling,
      'missing-key',
      requestSpan(compiling, own),
      'a request needs a path or a url',
    );
  }
  if (written !== undefined) return useService(compiling, written);
  if (own.path === undefined && isAbsolute(own.url?.text ?? '')) return undefined;
  const [only, second] = compiling.project.services;
  if (only !== undefined && second === undefined) {
    compiling.usage.services.add(only);
    return only;
  }
  const code = only === undefined ? 'unknown-service' : 'ambiguous-service';
  const message =
    only === undefined
      ? 'the project has no service that this belongs to'
      : 'it is not clear which service this belongs to';
  const choices = compiling.project.services.join(', ');
  const fix =
    only === undefined
      ? 'add one to environments/, or write url: with a whole URL'
      : `add service: to the request or to defaults: one of ${choices}`;
  return reportError(compiling, code, requestSpan(compiling, own), message, fix);
}
