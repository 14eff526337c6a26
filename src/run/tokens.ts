import type { TokenGrant, TokenSettings } from './oauth.ts';
import type { Instant, Reason } from './outcome.ts';
import type { Exchange, WireRequest } from './wire.ts';

/** A token that a server gave. */
export interface Token {
  readonly accessToken: string;
  readonly refreshToken?: string;
  /** When it was given. */
  readonly at: Instant;
  readonly expiresAt: Instant;
}

/** What a token request came to. */
export type Taken =
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'failed'; readonly reason: Reason; readonly message: string };

/** A token request, and what came of it. */
export interface TokenExchange {
  readonly wire: WireRequest;
  readonly exchange: Exchange;
  readonly taken: Taken;
}

/**
 * The tokens that a run has had, by what they were asked for with. They come from recorded outcomes, so that
 * a pass knows those of the passes before it when it begins something new.
 */
export interface Tokens {
  readonly known: Map<string, Token>;
  /** Asked for at this moment: branches that need the same token ask once. */
  readonly underway: Map<string, Promise<TokenExchange>>;
}

export function createTokens(): Tokens {
  return { known: new Map(), underway: new Map() };
}

/** A request that leaves with the last of a token's time would come too late. */
const marginMs = 10_000;

/** How long a token holds of which its server does not say (RFC 6749, 5.1). */
export const untoldLifeMs = 5 * 60_000;

/** The token that these settings gave, while it holds. */
export function findToken({ known }: Tokens, settings: string, now: Instant): Token | undefined {
  const token = known.get(settings);
  return token !== undefined && token.expiresAt - marginMs > now ? token : undefined;
}

/** Branches tell of theirs in any order: the newest stays. */
export function keepToken({ known }: Tokens, settings: string, token: Token): void {
  const before = known.get(settings);
  if (before === undefined || before.at <= token.at) known.set(settings, token);
}

/** A server may give a new refresh token in place of the one that was used (RFC 6749, 6). */
export function renewedSettings(settings: TokenSettings, before: Token | undefined): TokenSettings {
  if (settings.grant.kind !== 'refreshToken' || before?.refreshToken === undefined) return settings;
  const grant: TokenGrant = { kind: 'refreshToken', refreshToken: before.refreshToken };
  return { ...settings, grant };
}
