import { describe } from 'vitest';
import { branchRules } from './branch-rules.ts';
import { fencingRules } from './fencing-rules.ts';
import { leaveRules } from './leave-rules.ts';
import type { OpenRunUnderTest } from './primitives-bed.ts';
import { signalRules } from './signal-rules.ts';
import { stepRules } from './step-rules.ts';
import { stopRules } from './stop-rules.ts';
import { unknownRules } from './unknown-rules.ts';
import { waitRules } from './wait-rules.ts';

export interface PrimitivesSuite {
  /** Of the store. */
  readonly name: string;
  /** A fresh run to which nothing has happened; closed when its test is over. */
  readonly open: OpenRunUnderTest;
}

/** What any store has to do as the durable primitives: the rules of the engine's port, as tests. */
export function primitivesSuite({ name, open }: PrimitivesSuite): void {
  describe(`durable primitives: ${name}`, () => {
    stepRules(open);
    branchRules(open);
    stopRules(open);
    unknownRules(open);
    waitRules(open);
    signalRules(open);
    leaveRules(open);
    fencingRules(open);
  });
}
