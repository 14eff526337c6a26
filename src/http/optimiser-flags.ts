import { setFlagsFromString } from 'node:v8';

const isNode20 = process.versions.node.startsWith('20.');

/** V8's own: so much is run of a function before it is looked at for optimising. */
const interruptBudget = 67_584;

/**
 * Node 20 optimises undici's WebAssembly parser in the background, and exits only when that is done: 200 ms. And it
 * soon optimises what has hardly run, on threads of its own: in a run of 1,000 steps that costs more than it gives.
 */
export function optimiseLess(): void {
  if (isNode20) setFlags('--liftoff-only', `--interrupt-budget=${4 * interruptBudget}`);
}

/** Takes it back, with the flags that it implies. */
export function optimiseAgain(): void {
  if (!isNode20) return;
  setFlags('--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering');
  setFlags(`--interrupt-budget=${interruptBudget}`);
}

function setFlags(...flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
