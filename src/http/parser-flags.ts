import { setFlagsFromString } from 'node:v8';

const isNode20 = process.versions.node.startsWith('20.');

/** Node 20 optimises undici's WebAssembly parser in the background, and exits only when that is done: 200 ms. */
export function avoidOptimisingParser(): void {
  if (isNode20) setFlagsFromString('--liftoff-only');
}

/** Takes it back, with the flags that it implies. */
export function optimiseParser(): void {
  if (!isNode20) return;
  for (const flag of ['--no-liftoff-only', '--wasm-tier-up', '--wasm-dynamic-tiering'])
    setFlagsFromString(flag);
}
