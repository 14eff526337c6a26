import { type Expression, parseExpression } from '../query/expression.ts';
import { type CompiledSchema, compileSchema } from '../query/json-schema.ts';
import { type JsonPath, parseJsonPath } from '../query/jsonpath.ts';
import { parsePattern } from '../query/regex.ts';
import { type ParsedTemplate, type ParsedText, parseTemplate, parseText } from '../query/template.ts';
import type { Value } from '../query/value.ts';
import { ValueError } from './value-error.ts';

/** The texts of an artifact, each parsed when it is first needed, and once for all runs of it in this process. */
export interface Parsed {
  text(text: string): ParsedText;
  template(value: Value): ParsedTemplate;
  expression(text: string): Expression;
  path(text: string): JsonPath;
  /** @throws ValueError: a pattern may be the value of an expression, which no compiler checked. */
  pattern(text: string): RegExp;
  schema(schema: Value): Extract<CompiledSchema, { ok: true }>;
}

/** `locals`: names that loops and templates of the artifact add. The compiler checked where each is known. */
export function createParsed(locals: readonly string[]): Parsed {
  const known = { locals };
  return {
    text: once((text) => {
      const parsed = parseText(text, known);
      return parsed.ok ? parsed.text : broken(text, parsed.problems[0]?.message);
    }),
    template: once((value: Value) => {
      const parsed = parseTemplate(value, known);
      return parsed.ok ? parsed.template : broken('a value', parsed.problems[0]?.message);
    }),
    expression: once((text) => {
      const parsed = parseExpression(text, known);
      return parsed.ok ? parsed.expression : broken(text, parsed.problems[0]?.message);
    }),
    path: once((text) => {
      const parsed = parseJsonPath(text);
      return parsed.ok ? parsed.path : broken(text, parsed.message);
    }),
    schema: once((schema: Value) => {
      const compiled = compileSchema(schema);
      return compiled.ok ? compiled : broken('a schema', compiled.message);
    }),
    pattern: once((text) => {
      const parsed = parsePattern(text);
      if (parsed.ok) return parsed.pattern;
      throw new ValueError(`${JSON.stringify(text)} is no regular expression: ${parsed.message}`);
    }, mostPatterns),
  };
}

/** They may be values, which have no end in a process with many runs. */
const mostPatterns = 1_000;

function once<Key extends Value, Result>(parse: (key: Key) => Result, most = Infinity): (key: Key) => Result {
  const texts = new Map<Key, Result>();
  const structures = new WeakMap<object, Result>();
  return (key) => {
    const isStructure = typeof key === 'object' && key !== null;
    const before = isStructure ? structures.get(key) : texts.get(key);
    if (before !== undefined) return before;
    const result = parse(key);
    if (texts.size === most) texts.clear();
    if (isStructure) structures.set(key, result);
    else texts.set(key, result);
    return result;
  };
}

/** The compiler checked every text: one that does not parse here was not written by it. */
function broken(what: string, message = ''): never {
  throw new Error(`the artifact holds a text that does not parse: ${what}: ${message}`);
}
