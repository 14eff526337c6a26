import { randomBytes } from 'node:crypto';
import type { WireRequest, WireResponse } from '../run/wire.ts';
import { answerDigest, type DigestChallenge, readDigestChallenge } from './digest.ts';
import type { Target } from './target.ts';

/** The challenges of one sender, by origin: the next request answers at once, with the next count. */
export interface DigestSessions {
  /** The value of Authorization, or undefined where the origin did not ask yet. */
  authorize(credentials: WireRequest['digest'], method: string, target: Target): string | undefined;
  /** Takes up the challenge of a 401; false: there is none that can be answered. */
  takeUp(origin: string, response: WireResponse): boolean;
}

export function createDigestSessions(): DigestSessions {
  const sessions = new Map<string, { challenge: DigestChallenge; count: number }>();
  return {
    authorize(credentials, method, { origin, pathAndQuery }) {
      const session = sessions.get(origin);
      if (credentials === undefined || session === undefined) return undefined;
      session.count += 1;
      const cnonce = randomBytes(16).toString('hex');
      const use = { method, uri: pathAndQuery, count: session.count, cnonce };
      return answerDigest(session.challenge, credentials, use);
    },
    takeUp(origin, { status, headers }) {
      if (status !== 401) return false;
      const asked = headers.filter(([name]) => name.toLowerCase() === 'www-authenticate');
      const challenge = readDigestChallenge(asked.map(([, value]) => value));
      if (challenge === undefined) return false;
      sessions.set(origin, { challenge, count: 0 });
      return true;
    },
  };
}
