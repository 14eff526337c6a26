import type { Target } from '../artifact/judgement.ts';
import { didYouMean, nearest } from '../diagnostics/did-you-mean.ts';
import { selectCss } from '../query/css.ts';
import { isDigestAlgorithm } from '../query/digest.ts';
import type { Value } from '../query/value.ts';
import { selectXPath } from '../query/xml.ts';
import type { Answer } from './answer.ts';
import { findInBody } from './body-target.ts';
import { absent, type Found, type Judged, matchesOf, there, unreadable } from './found.ts';

/** Targets that look at an answer. */
export type AnswerTarget = Exclude<Target, { kind: 'duration' | 'error' | 'attempts' | 'value' | 'output' }>;

/** Looks a target up in an answer. Of several matches `all` says whether the list or the first is meant. */
export function findInAnswer(target: AnswerTarget, answer: Answer, judged: Judged, all: boolean): Found {
  const { response } = answer;
  switch (target.kind) {
    case 'status':
      return there(answer.status);
    case 'text':
      return there(answer.text());
    case 'bytes':
      return there(response.body);
    case 'md5':
    case 'sha1':
    case 'sha256':
    case 'sha512':
      return digestOf(target.kind, response.body, judged);
    case 'redirects':
      return there(response.redirects ?? 0);
    case 'url':
      return response.url === undefined ? absent('not known') : there(response.url);
    case 'httpVersion':
      return there(response.httpVersion);
    case 'header':
      return header(answer, judged.parsed.text(target.name).render(judged.scope), all);
    case 'cookie':
      return cookie(answer, judged.parsed.text(target.name).render(judged.scope));
    case 'body':
      return findInBody(answer, target.path, judged.parsed);
    case 'regex':
      return matchesOf(
        matchAll(answer.text(), judged.parsed.pattern(target.pattern)),
        all,
        'nothing matches',
      );
    case 'xpath':
      return selected(
        answer,
        selectXPath(answer.text(), target.expression, Object.fromEntries(target.namespaces), markup(answer)),
        all,
      );
    case 'css':
      return selected(answer, selectCss(answer.text(), target.selector, target.attribute), all);
    case 'timing':
      return response.timing === undefined
        ? absent('not measured')
        : { ...there(response.timing[target.phase]), milliseconds: true };
    case 'certificate':
      return certificate(answer, target.field);
    case 'schema': {
      const json = answer.json();
      return json.ok ? there(json.value) : absent(`not there; ${json.message}`);
    }
    case 'openapi':
      return absent('the answer as a whole is judged');
  }
}

function digestOf(algorithm: string, body: Uint8Array, { scope }: Judged): Found {
  if (!isDigestAlgorithm(algorithm) || scope.digests === undefined) return absent('no such digest');
  return there(scope.digests.hash(algorithm, body));
}

function header(answer: Answer, name: string, all: boolean): Found {
  const values = answer.headers(name);
  if (all && values.length > 0) return { ...there([...values]), many: true };
  if (values.length > 0) return there(values.join(', '));
  const near = nearest(name, answer.headerNames());
  return absent(near.length > 0 ? `not there; ${didYouMean(name, near)}` : 'not there');
}

/** `session`: its value; `session; Path`: an attribute, true where it has no value (RFC 6265, 4.1). */
function cookie(answer: Answer, wanted: string): Found {
  const [name = '', attribute] = wanted.split(';').map((part) => part.trim());
  const line = answer.headers('set-cookie').findLast((one) => one.split('=', 1)[0]?.trim() === name);
  if (line === undefined) return absent('not there: the answer sets no such cookie');
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  if (attribute === undefined) return there(pair.slice(pair.indexOf('=') + 1).replace(/^"(.*)"$/, '$1'));
  const found = attributes.find((one) => one.split('=', 1)[0]?.toLowerCase() === attribute.toLowerCase());
  if (found === undefined) return absent('not there: the cookie has no such attribute');
  return there(found.includes('=') ? found.slice(found.indexOf('=') + 1) : true);
}

/** Of each match group 1, else the whole of it. */
function matchAll(text: string, pattern: RegExp): readonly Value[] {
  const flags = pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`;
  return [...text.matchAll(new RegExp(pattern.source, flags))].map((match) => match[1] ?? match[0]);
}

function markup(answer: Answer): 'xml' | 'html' {
  return /\bhtml\b/i.test(answer.header('content-type') ?? '') &&
    !/xhtml|xml/i.test(answer.header('content-type') ?? '')
    ? 'html'
    : 'xml';
}

type Selection =
  | { readonly ok: true; readonly values: readonly Value[] }
  | { readonly ok: false; readonly message: string };

function selected(answer: Answer, selection: Selection, all: boolean): Found {
  if (!selection.ok) return unreadable(answer.text(), selection.message);
  return matchesOf(selection.values, all, 'not there');
}

function certificate({ response }: Answer, field: string): Found {
  if (response.certificate === undefined) return absent('there was no TLS');
  const entry = Object.entries(response.certificate).find(([name]) => name === field);
  return entry === undefined ? absent('not there') : there(entry[1]);
}
