import type { Poll, RequestStep } from '../artifact/types.ts';
import type { ParsedDefaults } from '../journey/journey.ts';
import type { ParsedPoll, ParsedStep } from '../journey/step.ts';
import { renderDuration } from '../query/duration.ts';
import { actorLayers, compileActor } from './actor.ts';
import { compileCondition } from './assertion.ts';
import { type Compiling, reportError } from './compiling.ts';
import { warnCredentials } from './credentials.ts';
import type { Layer } from './layers.ts';
import type { PlanStep } from './plan.ts';
import type { Position } from './position.ts';
import { compileRequest } from './request.ts';
import { compileRetry } from './retry.ts';
import { compileService } from './service.ts';
import type { UsedTemplate } from './template.ts';

function compilePoll(compiling: Compiling, position: Position, parsed: ParsedPoll): Poll {
  const until = parsed.until && compileCondition(compiling, position, parsed.until, 'until');
  const poll: Poll = {
    ...(until === undefined ? {} : { until }),
    everyMs: parsed.every?.value ?? 1000,
    timeoutMs: parsed.timeout?.value ?? 60_000,
    ...(parsed.attempts === undefined ? {} : { attempts: parsed.attempts.value }),
  };
  const written = parsed.timeout ?? parsed.every;
  if (written !== undefined && poll.attempts !== 1 && poll.everyMs >= poll.timeoutMs) {
    const [every, timeout] = [renderDuration(poll.everyMs), renderDuration(poll.timeoutMs)];
    const message = `a poll every ${every} ends after its first look where its timeout is ${timeout}`;
    reportError(compiling, 'invalid-value', written.span, message, 'give it a longer timeout');
  }
  return poll;
}

export type RequestParts = Pick<
  RequestStep,
  'request' | 'values' | 'declared' | 'actor' | 'timeoutMs' | 'retry' | 'poll'
>;

/** The step's own request over that of its template. */
function stepLayers(
  compiling: Compiling,
  position: Position,
  parsed: ParsedStep,
  template: UsedTemplate | undefined,
): readonly Layer[] {
  const own = parsed.request && { compiling, position, settings: parsed.request };
  const given = template?.parsed.request;
  const used = template && given && { compiling: template.compiling, position, settings: given };
  if (own === undefined && used === undefined && template !== undefined) {
    return [{ compiling: template.compiling, position, settings: { node: template.parsed.node } }];
  }
  return [own, used].flatMap((layer) => layer ?? []);
}

/** All that makes a step a request, with what its template, its actor and `defaults` add. */
export function compileRequestParts(
  compiling: Compiling,
  parsed: ParsedStep,
  step: PlanStep,
  template: UsedTemplate | undefined,
  defaults: ParsedDefaults | undefined,
): RequestParts | undefined {
  const position: Position = { step };
  const own = stepLayers(compiling, position, parsed, template);
  if (own.length === 0) return undefined;
  warnCredentials(compiling, parsed.request ?? {});
  const lent: Position = { step, lentBy: 'defaults' };
  const shared = defaults === undefined ? [] : [{ compiling, position: lent, settings: defaults }];
  const service = compileService({ step: own, beneath: shared }, template?.file);
  const actor = compileActor(compiling, parsed.actor ?? defaults?.actor);
  const beneath = [...actorLayers(compiling, position, actor, service), ...shared];
  const idempotent = parsed.idempotent?.value ?? defaults?.idempotent?.value;
  const request = compileRequest({ step: own, beneath }, service, idempotent);
  const after: Position = { step, after: { outputs: step.outputs, answer: true, request } };
  const retry = parsed.retry ?? defaults?.retry;
  const timeout = parsed.timeout ?? defaults?.timeout;
  return {
    request,
    ...(template === undefined || template.values.length === 0 ? {} : { values: template.values }),
    ...(template === undefined || template.declared.length === 0 ? {} : { declared: template.declared }),
    ...(actor === undefined ? {} : { actor }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout.value }),
    ...(retry === undefined ? {} : { retry: compileRetry(compiling, after, retry) }),
    ...(parsed.poll === undefined ? {} : { poll: compilePoll(compiling, after, parsed.poll) }),
  };
}
