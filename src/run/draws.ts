import type { Draws } from '../query/expression.ts';
import type { Instant } from './outcome.ts';
import type { Effects } from './ports.ts';

/**
 * Random values of one step: HMAC-SHA-256(seed, key and place in the order of drawing), so that a resumed
 * step draws what it drew before. `now()` is one instant a step, that of its first intent.
 */
export function createDraws(effects: Effects, seed: string, key: string, now: Instant): Draws {
  let drawn = 0;
  const next = (): string => {
    const text = effects.hmacSha256(seed, `${key}\n${drawn}`);
    drawn += 1;
    return text;
  };
  return {
    // RFC 9562, 5.4: version 4, variant 10.
    uuid() {
      const hex = next();
      const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    },
    random(min, max) {
      const fraction = Number.parseInt(next().slice(0, 13), 16) / 2 ** 52;
      return min + Math.floor(fraction * (max - min + 1));
    },
    now: () => now,
  };
}
