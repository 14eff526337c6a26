import type { Output } from '../artifact/judgement.ts';
import type { Step } from '../artifact/types.ts';
import type { ValueMap } from '../query/value.ts';
import type { RunContext } from './context.ts';
import type { Hidden, Outcome } from './outcome.ts';
import type { Finished } from './ports.ts';
import { learnSecrets, maskOutputs } from './secret-outputs.ts';

/** Which of the values of an outcome are secret. */
export type Secretive = Pick<Step, 'outputs' | 'repeat'>;

/**
 * Splits an outcome into what may be shown and what going on needs beside it: outputs and reads that masking
 * altered, cookies, and what is redacted. Secret outputs count as secrets from here on.
 */
export function hideSecrets(
  { masker }: Pick<RunContext, 'masker'>,
  { outputs, repeat }: Secretive,
  outcome: Outcome,
): Finished {
  if (isBare(outcome)) return { outcome };
  const ofNext = repeat?.set ?? [];
  learnSecrets(masker, outputs, outcome.outputs);
  learnSecrets(masker, ofNext, outcome.next);
  const mask = (written: readonly Output[], values: ValueMap | undefined): ValueMap | undefined =>
    values && maskOutputs(masker, written, values);
  const { cookies, redacted, ...rest } = outcome;
  const shown = dropAbsent({
    outputs: mask(outputs, outcome.outputs),
    response: mask([], outcome.response),
    next: mask(ofNext, outcome.next),
  });
  const hidden: Hidden = {
    ...Object.fromEntries(
      parts.flatMap((part) => (shown[part] === outcome[part] ? [] : [[part, outcome[part]]])),
    ),
    ...(cookies === undefined ? {} : { cookies }),
    ...(redacted === undefined ? {} : { redacted }),
  };
  if (Object.keys(hidden).length === 0) return { outcome };
  return { outcome: { ...rest, ...shown }, hidden };
}

/** It holds no value that could be secret. */
function isBare({ outputs, response, next, cookies, redacted }: Outcome): boolean {
  return [outputs, response, next, cookies, redacted].every((part) => part === undefined);
}

/** What masking may alter. */
const parts = ['outputs', 'response', 'next'] as const;

type Parts = { readonly [part in (typeof parts)[number]]?: ValueMap };

function dropAbsent(maps: { readonly [part in keyof Parts]: ValueMap | undefined }): Parts {
  return Object.fromEntries(Object.entries(maps).filter(([, map]) => map !== undefined));
}
