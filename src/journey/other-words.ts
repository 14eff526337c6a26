import { didYouMean } from '../diagnostics/did-you-mean.ts';

function fixes(
  words: Readonly<Record<string, readonly string[]>>,
): readonly (readonly [name: string, fix: string])[] {
  return Object.entries(words).flatMap(([fix, others]) => others.map((other) => [other, fix] as const));
}

/** Keys of a step as other tools have them, and how to write them. */
export const stepWords = fixes({
  'here it is "assertions"': [
    'assert',
    'asserts',
    'expect',
    'expects',
    'check',
    'checks',
    'test',
    'tests',
    'validate',
  ],
  'here it is "outputs"': ['capture', 'captures', 'extract', 'save', 'store', 'register', 'vars', 'output'],
  'here it is "forEach"': ['loop', 'foreach', 'each', 'with_items', 'for'],
  'here it is "if"': ['when', 'condition', 'skip', 'skipIf', 'onlyIf'],
  'here it is "wait"': ['sleep', 'delay', 'pause'],
  'here it is "exec"': ['run', 'shell', 'script', 'command', 'cmd'],
  'here it is "poll"': ['until', 'waitUntil', 'repeatUntil'],
  'here it is "cleanup"': ['teardown', 'finally', 'after'],
  'here it is "journey"': ['include', 'call', 'workflow'],
  'write request: { path: …, method: … }': [
    'http',
    'get',
    'post',
    'put',
    'patch',
    'delete',
    'GET',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
  ],
});

/** The same of a request. */
export const requestWords = fixes({
  'a body is one of json, form, text, multipart, graphql, file, base64': [
    'body',
    'data',
    'payload',
    'content',
  ],
  'here it is "query"': ['params', 'queryParams', 'parameters', 'qs', 'searchParams'],
  'here it is "url", or "path" behind the service': ['uri', 'endpoint', 'href'],
  'here it is "method"': ['verb'],
  'here it is "headers"': ['header'],
  'here it is "followRedirects"': [
    'follow',
    'followRedirect',
    'redirect',
    'redirects',
    'allowRedirects',
    'location',
  ],
  'write auth: { bearer: … }': ['bearer', 'token', 'authorization'],
  'write auth: { basic: { username: …, password: … } }': ['basic', 'basicAuth', 'user', 'username'],
  'write tls: { insecure: true }': ['insecure', 'skipTlsVerify', 'rejectUnauthorized'],
  'here it is "form"': ['formData', 'urlencoded', 'formUrlEncoded'],
  'here it is "multipart"': ['files', 'multipartForm'],
});

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
    matches: ['regex', 'regexp', '=~'],
    '5xx': ['500', '502', '503', '504', 'server-error', 'serverError'],
  }).flatMap(([word, others]) => others.map((other) => [other, word] as const)),
);

/** A fix for a target, an operator or a type that is not known: its word here, or the nearest one. */
export function inOurWords(name: string, known: readonly string[]): string {
  const word = ours.get(name);
  return word !== undefined && known.includes(word) ? `here it is "${word}"` : didYouMean(name, known);
}
