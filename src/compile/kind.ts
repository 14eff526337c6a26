import { memberOf } from '../journey/node.ts';
import { blameSpan } from '../journey/shape.ts';
import { kindNames, type ParsedStep } from '../journey/step.ts';
import { type Compiling, reportError } from './compiling.ts';

/** What a step is. */
export type StepKind =
  | 'request'
  | 'journey'
  | 'group'
  | 'parallel'
  | 'check'
  | 'wait'
  | 'waitFor'
  | 'manual'
  | 'exec';

const kinds: Readonly<Record<(typeof kindNames)[number], StepKind>> = {
  request: 'request',
  use: 'request',
  journey: 'journey',
  steps: 'group',
  parallel: 'parallel',
  set: 'check',
  note: 'check',
  wait: 'wait',
  waitFor: 'waitFor',
  manual: 'manual',
  exec: 'exec',
};

const ofRequests = ['retry', 'poll', 'actor'];
const ofRequestsAndCommands = ['idempotent'];
const ofTemplates = ['values'];
const ofJourneys = ['inputs'];

function refuseMembers(
  compiling: Compiling,
  parsed: ParsedStep,
  names: readonly string[],
  wanted: string,
): void {
  for (const name of names) {
    const member = memberOf(parsed.node, name);
    if (member === undefined) continue;
    reportError(compiling, 'unknown-key', member.key.span, `"${name}" needs ${wanted}`);
  }
}

/** The one kind of a step; undefined where it has none, or two, which is reported. */
export function checkKind(compiling: Compiling, parsed: ParsedStep): StepKind | undefined {
  const has = (name: string): boolean => memberOf(parsed.node, name) !== undefined;
  const found = kindNames.filter((name) => has(name) && !(name === 'request' && has('use')));
  const [first, second] = found;
  if (first !== undefined && second !== undefined) {
    const span = memberOf(parsed.node, second)?.key.span ?? parsed.node.span;
    reportError(compiling, 'one-of', span, `a step has "${first}" or "${second}", not both`);
  }
  const kind = first === undefined ? undefined : kinds[first];
  if (kind !== 'request') refuseMembers(compiling, parsed, ofRequests, 'a request');
  if (kind !== 'request' && kind !== 'exec') {
    refuseMembers(compiling, parsed, ofRequestsAndCommands, 'a request');
  }
  if (first !== 'use') refuseMembers(compiling, parsed, ofTemplates, 'a template: use');
  if (kind !== 'journey') refuseMembers(compiling, parsed, ofJourneys, 'a journey');
  if (kind !== undefined) return kind;
  if (has('assertions')) return 'check';
  if (parsed.node.broken) return undefined;
  const message = `a step needs one of ${kindNames.join(', ')}, or assertions`;
  return reportError(compiling, 'missing-key', blameSpan(compiling, parsed.node), message);
}

/** Whether anything that could be undone happens in a step. */
export function sendsRequests(parsed: ParsedStep): boolean {
  const inner = [...(parsed.steps?.items ?? []), ...(parsed.parallel?.items ?? [])];
  const sends = ['request', 'use', 'journey', 'exec'].some(
    (name) => memberOf(parsed.node, name) !== undefined,
  );
  return sends || inner.some(sendsRequests);
}
