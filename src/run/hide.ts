import type { Step } from '../artifact/types.ts';
import type { ValueMap } from '../query/value.ts';
import type { RunContext } from './context.ts';
import { masked } from './mask.ts';
import type { Hidden, Outcome } from './outcome.ts';
import { ownMember } from './own-member.ts';
import type { Finished } from './ports.ts';

/**
 * Splits an outcome into what may be shown and what going on needs beside it: outputs and reads that masking
 * altered, and cookies. Secret outputs count as secrets from here on.
 */
export function hideSecrets(context: RunContext, step: Pick<Step, 'outputs'>, outcome: Outcome): Finished {
  const { masker } = context;
  for (const { name, secret } of step.outputs) {
    const value = ownMember(outcome.outputs ?? {}, name);
    if (secret === true && value !== undefined) masker.add(value);
  }
  const { cookies, ...shown } = outcome;
  const outputs = maskOutputs(context, step, outcome.outputs);
  const response = outcome.response === undefined ? undefined : masker.map(outcome.response);
  const hidden: Hidden = {
    ...(outputs === outcome.outputs || outcome.outputs === undefined ? {} : { outputs: outcome.outputs }),
    ...(response === outcome.response || outcome.response === undefined
      ? {}
      : { response: outcome.response }),
    ...(cookies === undefined ? {} : { cookies }),
  };
  if (Object.keys(hidden).length === 0) return { outcome };
  return {
    outcome: {
      ...shown,
      ...(outputs === undefined ? {} : { outputs }),
      ...(response === undefined ? {} : { response }),
    },
    hidden,
  };
}

/** A secret output is hidden whole, whatever its type. */
function maskOutputs(
  context: RunContext,
  step: Pick<Step, 'outputs'>,
  outputs: ValueMap | undefined,
): ValueMap | undefined {
  if (outputs === undefined) return undefined;
  const secret = new Set(step.outputs.filter((one) => one.secret === true).map((one) => one.name));
  const shown = context.masker.map(outputs);
  if (![...secret].some((name) => Object.hasOwn(outputs, name))) return shown;
  return Object.fromEntries(
    Object.entries(shown).map(([name, value]) => [name, secret.has(name) ? masked : value]),
  );
}
