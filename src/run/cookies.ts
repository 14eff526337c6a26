import { stringifyJson } from '../query/json.ts';
import type { Cookies } from './outcome.ts';

/** The jars of a run by actor; '' is the run's own. */
export type Jars = { readonly [actor: string]: Cookies };

export function jarOf(jars: Jars, actor: string | undefined): Cookies {
  return jars[actor ?? ''] ?? noCookies;
}

/** One and the same, so that a branch that changed nothing is known by it. */
const noCookies: Cookies = [];

/** The jars after branches that all began with `before`, actor by actor. */
export function joinJars(before: Jars, branches: readonly Jars[]): Jars {
  const actors = new Set([before, ...branches].flatMap((jars) => Object.keys(jars)));
  const joined = [...actors].map((actor) => {
    const after = branches.map((jars) => jarOf(jars, actor));
    return [actor, joinCookies(jarOf(before, actor), after)] as const;
  });
  return Object.fromEntries(joined);
}

type Cookie = Cookies[number];

function identity(cookie: Cookie): string {
  return stringifyJson([cookie.domain ?? null, cookie.path ?? null, cookie.key ?? null]);
}

function byIdentity(cookies: Cookies): Map<string, Cookie> {
  return new Map(cookies.map((cookie) => [identity(cookie), cookie]));
}

/**
 * The jar after branches that all began with `before`: the changes of each are laid over in the order of
 * the plan, never in that of time.
 */
export function joinCookies(before: Cookies, branches: readonly Cookies[]): Cookies {
  const start = byIdentity(before);
  const joined = new Map(start);
  for (const branch of branches) {
    if (branch === before) continue;
    const after = byIdentity(branch);
    for (const key of start.keys()) if (!after.has(key)) joined.delete(key);
    for (const [key, cookie] of after) {
      const known = start.get(key);
      if (known === undefined || stringifyJson(known) !== stringifyJson(cookie)) joined.set(key, cookie);
    }
  }
  return [...joined.values()];
}
