import type { Output } from '../artifact/judgement.ts';
import type { ValueMap } from '../query/value.ts';
import { type Masker, masked } from './mask.ts';
import { ownMember } from './own-member.ts';

/** From here on what an output marked `secret` gave is a secret. */
export function learnSecrets(masker: Masker, outputs: readonly Output[], values: ValueMap = {}): void {
  for (const { name, secret } of outputs) {
    const value = ownMember(values, name);
    if (secret === true && value !== undefined) masker.add(value);
  }
}

/** A secret output is hidden whole, whatever its type; the same map where nothing is to be hidden. */
export function maskOutputs(masker: Masker, outputs: readonly Output[], values: ValueMap): ValueMap {
  const secret = new Set(outputs.filter((one) => one.secret === true).map(({ name }) => name));
  const shown = masker.map(values);
  if (![...secret].some((name) => Object.hasOwn(values, name))) return shown;
  return Object.fromEntries(
    Object.entries(shown).map(([name, value]) => [name, secret.has(name) ? masked : value]),
  );
}
