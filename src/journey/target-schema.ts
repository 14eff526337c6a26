import { filtersShape } from './filter.ts';
import { type Definitions, type JsonSchema, keywordsOf } from './shape.ts';
import {
  type ArgumentTarget,
  argumentTargets,
  attributeShape,
  namespacesShape,
  type PlainTarget,
  plainTargets,
  type TextTarget,
  wordsOf,
} from './target.ts';

const descriptions: Readonly<Record<PlainTarget | ArgumentTarget, string>> = {
  status: 'Status code of the answer',
  text: 'The raw body as text; "" where there is none',
  bytes: 'The body as bytes: compare with { file }, { base64 } or { hex }',
  md5: 'MD5 of the decoded body, in lower-case hex',
  sha1: 'SHA-1 of the decoded body, in lower-case hex',
  sha256: 'SHA-256 of the decoded body, in lower-case hex',
  sha512: 'SHA-512 of the decoded body, in lower-case hex',
  duration: 'How long the request took, like { lessThan: 2s }',
  redirects: 'Number of redirects that were followed',
  url: 'The URL that answered, after redirects',
  httpVersion: 'Version of HTTP that was spoken',
  attempts: 'Sendings in the step, by retry or poll',
  error: 'Why no answer came: refused, reset, timeout, tls, dns, cutOff, tooLarge or protocol',
  header: 'A header of the answer, by its name; repeated ones are joined with ", "',
  cookie: 'A cookie that the answer sets, or "NAME; Attribute" of one',
  body: 'A value of the JSON body, by its JSONPath (RFC 9535)',
  xpath: 'The first match of an XPath in an XML or HTML body',
  css: 'The text of the first match of a selector in an HTML or XML body',
  regex: 'Group 1 of a pattern in the body, else its whole match (ECMAScript, u flag)',
  timing: 'How long a phase of the request took',
  certificate: "A field of the server's certificate",
  output: 'An output of this step',
  value: `Any expression; without an operator it must be true`,
  schema: "The body must fit this JSON Schema (2020-12): a file's name, or the schema itself",
  openapi: "The answer must be as the service's OpenAPI document (true), or that of a file, has it",
};

type TargetName = keyof typeof descriptions;

/** Each target as a property; what it takes, and whether it may stand there, is up to who asks. */
export function targetSchemas(
  taken: (name: TargetName) => (JsonSchema & object) | undefined,
): Readonly<Record<string, JsonSchema>> {
  const names: readonly TargetName[] = [...plainTargets, ...argumentTargets];
  const all = names.flatMap((name) => {
    const schema = taken(name);
    return schema === undefined ? [] : [[name, { ...schema, description: descriptions[name] }]];
  });
  return Object.fromEntries(all);
}

/** What names a target: a header's name, a JSONPath, a phase. */
export function argumentSchema(name: TextTarget): JsonSchema & object {
  const words = wordsOf[name];
  return words === undefined ? { type: 'string' } : { enum: [...words] };
}

/** A JSON Schema, or the name of a file with one. */
export const schemaArgument = { type: ['string', 'object', 'boolean'] };

/** What may stand beside a target. */
export function besideSchemas(definitions: Definitions): Readonly<Record<string, JsonSchema>> {
  return {
    filter: {
      ...keywordsOf(filtersShape.schema(definitions)),
      description: 'Applied to what was found, in this order',
    },
    attribute: attributeShape.schema(definitions),
    namespaces: {
      ...keywordsOf(namespacesShape.schema(definitions)),
      description: 'Prefixes that the XPath uses',
    },
  };
}

/** There is one target, and beside it only what belongs to it. */
export const oneTargetRules = {
  oneOf: [...plainTargets, ...argumentTargets].map((name) => ({ required: [name] })),
  dependentRequired: { attribute: ['css'], namespaces: ['xpath'] },
  dependentSchemas: {
    schema: { properties: { filter: false } },
    openapi: { properties: { filter: false } },
  },
};
