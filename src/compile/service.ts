import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Span } from '../diagnostics/source.ts';
import { memberOf, type TextNode } from '../journey/node.ts';
import { blameSpan } from '../journey/shape.ts';
import { type Compiling, reportError } from './compiling.ts';
import { type Layer, type RequestLayers, strongest } from './layers.ts';

interface Blame {
  readonly compiling: Compiling;
  readonly span: Span;
}

/** The part of a request that is to blame where it leads nowhere. */
function blameOf({ step }: RequestLayers): Blame | undefined {
  const given = strongest(step, 'path') ?? strongest(step, 'url');
  if (given !== undefined) return { compiling: given.layer.compiling, span: given.value.span };
  const [own] = step;
  return own && { compiling: own.compiling, span: blameSpan(own.compiling, own.settings.node) };
}

function useService(compiling: Compiling, node: TextNode): string {
  const known = compiling.project.services;
  if (node.text.includes('${{')) {
    const message = 'the name of a service is a literal';
    reportError(compiling, 'invalid-value', node.span, message, 'to choose at run time, write url:');
  } else if (!known.includes(node.text)) {
    const none = 'no environment gives a service: add one to environments/';
    const fix = didYouMean(node.text, known, none);
    reportError(compiling, 'unknown-service', node.span, `there is no service "${node.text}"`, fix);
  }
  compiling.usage.services.add(node.text);
  return node.text;
}

/** A URL that is no reference to a base: it has a scheme, or an expression may give it one. */
function isAbsolute(url: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url) || url.startsWith('${{');
}

function triedAddress({ settings: { node } }: Layer): boolean {
  return Boolean(node.broken) || memberOf(node, 'path') !== undefined || memberOf(node, 'url') !== undefined;
}

function useOnly(services: readonly string[], blame: Blame): string | undefined {
  const { compiling, span } = blame;
  const [only, second] = services;
  if (only === undefined) {
    const message = 'the project has no service that this belongs to';
    const fix = 'add one to environments/, or write url: with a whole URL';
    return reportError(compiling, 'unknown-service', span, message, fix);
  }
  if (second === undefined) {
    compiling.usage.services.add(only);
    return only;
  }
  const message = 'it is not clear which service this belongs to';
  const fix = `add service: to the request or to defaults: one of ${services.join(', ')}`;
  return reportError(compiling, 'ambiguous-service', span, message, fix);
}

/**
 * The service of a request: that of the step or its template, that after which the template's file is named,
 * that of `defaults`, or the only one there is.
 */
export function compileService(layers: RequestLayers, ofTemplate: string | undefined): string | undefined {
  const blame = blameOf(layers);
  if (blame === undefined) return undefined;
  const path = strongest(layers.step, 'path');
  const url = strongest(layers.step, 'url');
  if (path === undefined && url === undefined) {
    if (layers.step.some(triedAddress)) return undefined;
    return reportError(blame.compiling, 'missing-key', blame.span, 'a request needs a path or a url');
  }
  const { services } = blame.compiling.project;
  const own = strongest(layers.step, 'service');
  if (own !== undefined) return useService(own.layer.compiling, own.value);
  if (ofTemplate !== undefined && services.includes(ofTemplate)) {
    blame.compiling.usage.services.add(ofTemplate);
    return ofTemplate;
  }
  const shared = strongest(layers.beneath, 'service');
  if (shared !== undefined) return useService(shared.layer.compiling, shared.value);
  if (path === undefined && isAbsolute(url?.value.text ?? '')) return undefined;
  return useOnly(services, blame);
}
