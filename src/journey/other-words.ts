import { didYouMean } from '../diagnostics/did-you-mean.ts';

/** What other tools and shells call it; no word that may as well be a member of somebody's data. */
const ours: ReadonlyMap<string, string> = new Map(
  Object.entries({
    status: ['statusCode', 'code', 'exitCode', 'responseCode'],
    body: ['json', 'jsonpath', 'jsonPath', 'jmespath'],
    text: ['stdout', 'bodyText'],
    duration: ['time', 'responseTime', 'latency', 'elapsed'],
    header: ['responseHeader'],
    css: ['selector', 'htmlpath'],
    equals: ['eq', '==', 'toBe', 'toEqual'],
    notEquals: ['ne', 'neq', '!=', 'notEqual'],
    greaterThan: ['gt', '>'],
    atLeast: ['gte', 'ge', '>='],
    lessThan: ['lt', '<'],
    atMost: ['lte', 'le', '<='],
    contains: ['includes', 'toContain'],
    is: ['isType'],
    exists: ['isDefined'],
    string: ['text', 'str'],
    number: ['float', 'double', 'decimal'],
    integer: ['int', 'long'],
    boolean: ['bool'],
    array: ['list'],
    object: ['map', 'dict'],
  }).flatMap(([word, others]) => others.map((other) => [other, word] as const)),
);

/** A fix for a target, an operator or a type that is not known: its word here, or the nearest one. */
export function inOurWords(name: string, known: readonly string[]): string {
  const word = ours.get(name);
  return word !== undefined && known.includes(word) ? `here it is "${word}"` : didYouMean(name, known);
}
