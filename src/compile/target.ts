import type { Namespaces, Target } from '../artifact/judgement.ts';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { readJsonPath } from '../journey/json-path.ts';
import type { EntryList } from '../journey/map-shapes.ts';
import type { TextNode } from '../journey/node.ts';
import { type ParsedTarget, plainTargets, timingPhases } from '../journey/target.ts';
import { spanInText } from '../journey/text-offset.ts';
import type { JsonPath } from '../query/jsonpath.ts';
import { parsePattern } from '../query/regex.ts';
import { type Fault, findSelectorFault, findXPathFault } from './checkers.ts';
import { type Compiling, reportError } from './compiling.ts';
import { checkText, compileText } from './expression.ts';
import { compileOpenApi } from './openapi.ts';
import { unmark } from './other-marks.ts';
import type { Position } from './position.ts';
import { compileSchema } from './schema.ts';

function checkPath(compiling: Compiling, node: TextNode): JsonPath | undefined {
  const read = readJsonPath(compiling.source, node);
  if (read.ok) return read.path;
  return reportError(compiling, 'bad-jsonpath', read.span, read.message, read.fix);
}

function compileValue(compiling: Compiling, position: Position, node: TextNode): Target {
  const meant = unmark(node.text);
  if (meant !== undefined || checkText(compiling, position, node)?.constant !== undefined) {
    const near = didYouMean(node.text, plainTargets, '');
    const fix = near.startsWith('did') ? near : `write "\${{ ${meant ?? node.text} }}"`;
    reportError(compiling, 'bad-expression', node.span, '"value" looks at an expression', fix);
  }
  return { kind: 'value', expression: node.text };
}

/** These texts go into the artifact as they are: an expression would be taken for a part of them. */
function checkNoExpression(compiling: Compiling, node: TextNode, what: string): boolean {
  if (!node.text.includes('${{')) return true;
  reportError(compiling, 'dynamic-name', node.span, `${what} cannot be calculated`);
  return false;
}

function reportFault(
  compiling: Compiling,
  code: DiagnosticCode,
  node: TextNode,
  fault: Fault | undefined,
): void {
  if (fault === undefined) return;
  const { offset, message } = fault;
  const part = offset === undefined ? undefined : { start: offset, end: offset + 1 };
  const span = part === undefined ? node.span : spanInText(compiling.source, node, part);
  reportError(compiling, code, span, message);
}

interface XPathParts {
  readonly argument: TextNode;
  readonly namespaces?: EntryList<TextNode>;
}

function compileXPath(compiling: Compiling, { argument, namespaces: own }: XPathParts): Target {
  const beside = own?.entries.map(({ key, value }) => [key.text, value.text] as const) ?? [];
  const shared = compiling.namespaces.filter(([prefix]) => !beside.some(([name]) => name === prefix));
  const namespaces: Namespaces = [...shared, ...beside];
  if (checkNoExpression(compiling, argument, 'an XPath')) {
    const fault = findXPathFault(argument.text, Object.fromEntries(namespaces));
    reportFault(compiling, 'bad-xpath', argument, fault);
  }
  return { kind: 'xpath', expression: argument.text, namespaces };
}

interface CssParts {
  readonly argument: TextNode;
  readonly attribute?: TextNode;
}

function compileCss(compiling: Compiling, { argument, attribute }: CssParts): Target {
  if (checkNoExpression(compiling, argument, 'a selector')) {
    reportFault(compiling, 'bad-css', argument, findSelectorFault(argument.text));
  }
  const named = attribute === undefined ? {} : { attribute: attribute.text };
  return { kind: 'css', selector: argument.text, ...named };
}

function compileRegex(compiling: Compiling, node: TextNode): Target {
  const parsed = parsePattern(node.text);
  if (!parsed.ok) reportError(compiling, 'bad-regex', node.span, parsed.message);
  return { kind: 'regex', pattern: node.text };
}

function compileOwnOutput(compiling: Compiling, { step, after }: Position, node: TextNode): Target {
  const known = after?.outputs ?? [];
  if (!known.includes(node.text)) {
    const message = `this step has no output "${node.text}"`;
    const fix = didYouMean(node.text, known, 'the step has no outputs');
    reportError(compiling, 'unknown-output', node.span, message, fix);
  }
  compiling.usage.outputs.add(`${step?.id ?? ''}.${node.text}`);
  return { kind: 'output', name: node.text };
}

const withoutRequest = ['value', 'output'];
/** What the answer of a command does not have. */
const ofRequests = [
  'header',
  'cookie',
  'timing',
  'certificate',
  'redirects',
  'url',
  'httpVersion',
  'attempts',
  'openapi',
];
/** What a call, and a decision, does not have. */
const ofSendings = [...ofRequests.filter((kind) => kind !== 'header'), 'status', 'duration', 'error'];
const withoutAnswer = ['attempts', 'duration', 'error', 'timing', 'certificate'];

/** A step that sends nothing has no answer to look at. */
export function checkHasAnswer(compiling: Compiling, position: Position, target: ParsedTarget): void {
  if (position.step?.isCommand === true && ofRequests.includes(target.kind)) {
    const fix = 'a command has status (its exit code), text and body (its stdout), and duration';
    reportError(compiling, 'assertion-target', target.span, `"${target.kind}" needs a request`, fix);
    return;
  }
  if (position.step?.isSignal === true && ofSendings.includes(target.kind)) {
    const fix = 'what came in has header, body, text, bytes, and what is found in them';
    reportError(compiling, 'assertion-target', target.span, `"${target.kind}" needs a request`, fix);
    return;
  }
  if (position.after?.answer !== false || withoutRequest.includes(target.kind)) return;
  const what = withoutAnswer.includes(target.kind) ? 'a request' : 'an answer';
  const message = `"${target.kind}" needs ${what}, and this step has no request`;
  reportError(compiling, 'assertion-target', target.span, message, `look at value: "\${{ … }}"`);
}

export function compileTarget(compiling: Compiling, position: Position, target: ParsedTarget): Target {
  checkHasAnswer(compiling, position, target);
  switch (target.kind) {
    case 'header':
    case 'cookie':
      return { kind: target.kind, name: compileText(compiling, position, target.argument) };
    case 'body':
      checkPath(compiling, target.argument);
      return { kind: 'body', path: target.argument.text };
    case 'xpath':
      return compileXPath(compiling, target);
    case 'css':
      return compileCss(compiling, target);
    case 'regex':
      return compileRegex(compiling, target.argument);
    case 'timing': {
      const phase = timingPhases.find((known) => known === target.argument.text) ?? 'total';
      return { kind: 'timing', phase };
    }
    case 'certificate':
      return { kind: 'certificate', field: target.argument.text };
    case 'output':
      return compileOwnOutput(compiling, position, target.argument);
    case 'value':
      return compileValue(compiling, position, target.argument);
    case 'schema':
      return { kind: 'schema', schema: compileSchema(compiling, target.argument) };
    case 'openapi':
      return compileOpenApi(compiling, position, target.argument);
    default:
      return { kind: target.kind };
  }
}
