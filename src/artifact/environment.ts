import type { Auth, Tls } from './request.ts';
import type { Entries, Template, Text } from './texts.ts';
import type { Retry } from './types.ts';

/** A service as an environment gives it, frozen at dispatch; texts may still hold `${{ secrets.X }}`. */
export interface ServiceSettings {
  /** Base URL without a slash at its end. */
  readonly url: string;
  readonly headers: Entries;
  readonly timeoutMs?: number;
  readonly auth?: Auth;
  /** Header that carries idempotency keys; default `Idempotency-Key`. */
  readonly idempotencyHeader?: string;
  /** A private key is among the secrets that are handed over, and never here. */
  readonly tls?: Tls;
  readonly proxy?: Text;
  /** Of steps that have none. */
  readonly retry?: Retry;
}

/** An environment at dispatch: `shell.X` is resolved, `secrets.X` is not. */
export interface Environment {
  readonly name: string;
  readonly services: { readonly [name: string]: ServiceSettings };
  readonly values: { readonly [name: string]: Template };
}
