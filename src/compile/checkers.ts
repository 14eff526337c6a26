import { checkSelector, loadCss } from '../query/css.ts';
import { compileSchema, loadJsonSchema } from '../query/json-schema.ts';
import type { Value } from '../query/value.ts';
import { checkXPath, loadXml, type Namespaces } from '../query/xml.ts';

/** What is wrong with a text of one of the languages that are loaded on demand. */
export interface Fault {
  readonly message: string;
  /** In the text; absent: all of it is to blame. */
  readonly offset?: number;
}

/** The languages, and what a text that holds some of one looks like. `$schema:` is for editors. */
const languages = [
  { name: 'xpath', load: loadXml, sign: /\bxpath\b/ },
  { name: 'css', load: loadCss, sign: /\bcss\b/ },
  { name: 'schema', load: loadJsonSchema, sign: /(?<![$\w-])(?:schema|openapi)["']?\s*:/ },
] as const;

const loaded = new Set<(typeof languages)[number]['name']>();

/**
 * Loads what checks XPaths, CSS selectors and JSON Schemas, where one of the texts may hold some. Compiling is
 * synchronous: what is not loaded before is not checked.
 */
export async function loadCheckers(texts: readonly string[]): Promise<void> {
  const wanted = languages.filter(
    ({ name, sign }) => !loaded.has(name) && texts.some((text) => sign.test(text)),
  );
  await Promise.all(wanted.map(({ load }) => load()));
  for (const { name } of wanted) loaded.add(name);
}

export function findXPathFault(expression: string, namespaces: Namespaces): Fault | undefined {
  return loaded.has('xpath') ? checkXPath(expression, namespaces) : undefined;
}

export function findSelectorFault(selector: string): Fault | undefined {
  return loaded.has('css') ? checkSelector(selector) : undefined;
}

/** The message names the place in the schema. */
export function findSchemaFault(schema: Value): Fault | undefined {
  if (!loaded.has('schema')) return undefined;
  const compiled = compileSchema(schema);
  if (compiled.ok) return undefined;
  return { message: compiled.path === '$' ? compiled.message : `${compiled.path}: ${compiled.message}` };
}
