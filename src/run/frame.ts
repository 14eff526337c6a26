import type { ValueMap } from '../query/value.ts';

/**
 * What expressions see of the journey that they stand in: a sub-journey has its own inputs and variables, a
 * round of a loop adds names of its own.
 */
export interface Frame {
  readonly journey: string;
  readonly inputs: ValueMap;
  readonly variables: ValueMap;
  /** `item` (or the name given by `as`), `index`, `repeat`. */
  readonly locals: ValueMap;
  /** Paths of the callbacks that its steps wait for, by name, below `callbackUrl`. */
  readonly callbacks: { readonly [name: string]: string };
  /** Where the run's callbacks are heard. */
  readonly callbackUrl?: string;
}

/** A step that may have done something, and has a cleanup: run when the run ends, in the frame it ran in. */
export interface Registered {
  readonly key: string;
  /** Its own cleanup, or the one of the journey that it runs. */
  readonly list: 'cleanup' | 'after';
  readonly frame: Frame;
  /** What steps gave in a round or branch of its own; the others are as they are at the end. */
  readonly steps: ValueMap;
  /** It stands in a sub-journey: it sees these steps, and no others. */
  readonly apart?: true;
}

/** A step that is a journey has two cleanups. */
export function registrationKey({ key, list }: Pick<Registered, 'key' | 'list'>): string {
  return list === 'cleanup' ? key : `${key}/~after`;
}
