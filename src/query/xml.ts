import type { MarkupKind } from './markup.ts';
import type { Value } from './value.ts';
import { parseDocument } from './xml-document.ts';
import { xmlLibraries } from './xml-libraries.ts';
import { causeOf, isStatic, problemOf, type XPathProblem } from './xpath-error.ts';
import { isThere, ResultError, readItem } from './xpath-value.ts';

export { loadXml } from './xml-libraries.ts';

/** Namespaces by their prefixes; that of `''` is meant by names without a prefix. */
export type Namespaces = Readonly<Record<string, string>>;

export type XPathSelection =
  | { readonly ok: true; readonly values: readonly Value[] }
  | { readonly ok: false; readonly message: string };

function optionsFor(namespaces: Namespaces) {
  const { fontoxpath } = xmlLibraries();
  return {
    language: fontoxpath.evaluateXPath.XPATH_3_1_LANGUAGE,
    namespaceResolver: (prefix: string) =>
      Object.hasOwn(namespaces, prefix) ? (namespaces[prefix] ?? null) : null,
    // trace() would print.
    logger: { trace: () => undefined },
  };
}

/**
 * What an XPath 3.1 expression gives, in its order: nodes as their text, strings, numbers and booleans as they
 * are. HTML is read as browsers do, its elements in no namespace and their names in lower case.
 */
export function selectXPath(
  text: string,
  expression: string,
  namespaces: Namespaces,
  kind: MarkupKind,
): XPathSelection {
  const { fontoxpath } = xmlLibraries();
  const parsed = parseDocument(text, kind);
  if (!parsed.ok) return parsed;
  try {
    const all = fontoxpath.evaluateXPath.ALL_RESULTS_TYPE;
    const options = optionsFor(namespaces);
    const items: readonly unknown[] = fontoxpath.evaluateXPath(
      expression,
      parsed.document,
      null,
      null,
      all,
      options,
    );
    return { ok: true, values: items.filter(isThere).map(readItem) };
  } catch (error) {
    return { ok: false, message: error instanceof ResultError ? error.message : causeOf(error) };
  }
}

/** What is wrong with an expression whatever the document: syntax, functions, prefixes, variables. */
export function checkXPath(expression: string, namespaces: Namespaces): XPathProblem | undefined {
  const { slimdom, fontoxpath } = xmlLibraries();
  if (expression.trim() === '') return { message: 'an expression is missing', offset: 0 };
  try {
    // It is compiled at once, and evaluated only when somebody asks for its first item.
    fontoxpath.evaluateXPathToAsyncIterator(
      expression,
      new slimdom.Document(),
      null,
      null,
      optionsFor(namespaces),
    );
    return undefined;
  } catch (error) {
    return isStatic(error) ? problemOf(error, expression) : undefined;
  }
}
