import type { RequestStep } from '../artifact/types.ts';
import type { Answer } from './answer.ts';
import { drawsOf } from './context.ts';
import type { Look } from './found.ts';
import { holds, type Judgement } from './judge.ts';
import {
  type Again,
  decidePoll,
  decideRetry,
  isAgain,
  isPastPoll,
  readRetryAfter,
  type Withheld,
} from './retry.ts';
import type { Sending } from './sending.ts';

/** Whether another look or attempt follows a sending, and when, or why its retry does not apply. */
export function decideAgain(
  sending: Sending,
  judgement: Judgement,
  answer: Answer | undefined,
  look: Look,
): Again | Withheld | undefined {
  const { poll } = sending.step;
  const { startedAt, looks } = sending.progress;
  if (poll !== undefined && judgement.notYet === true) {
    return decidePoll(poll, looks, { startedAt, now: sending.exchange.at });
  }
  const again = retryOf(sending, judgement, answer, look);
  if (!isAgain(again) || poll === undefined) return again;
  return isPastPoll(poll, startedAt, again.at) ? undefined : again;
}

function retryOf(
  { context, step, progress, repeatable, retry, exchange }: Sending,
  judgement: Judgement,
  answer: Answer | undefined,
  look: Look,
): Again | Withheld | undefined {
  if (retry === undefined || !isOpen(step, judgement)) return undefined;
  if (retry.when !== undefined && !holds(context, retry.when, look(judgement.outputs))) return undefined;
  const failure = {
    reason: judgement.reason,
    status: answer?.status,
    unsent: exchange.sent === 'no',
    retryAfterMs: readRetryAfter(answer?.header('retry-after'), exchange.at),
  };
  const draws = drawsOf(context, `~retry/${step.key}#${progress.attempt}`, progress.startedAt);
  const tally = { tries: progress.tries, now: exchange.at };
  return decideRetry(retry, failure, repeatable, tally, draws.random);
}

/** Without assertions a step passes whatever the status: there `retry.on` alone says what is a failure. */
function isOpen(step: RequestStep, judgement: Judgement): boolean {
  return judgement.state === 'failed' || step.assertions.length === 0;
}
