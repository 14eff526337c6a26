import type { ServiceSettings } from '../artifact/environment.ts';
import type { Auth, Request } from '../artifact/types.ts';
import type { Scope } from '../query/expression.ts';
import type { RunContext } from './context.ts';
import { base64, utf8Bytes } from './encoded-forms.ts';
import { readsSecrets } from './environment.ts';
import type { Parsed } from './parsed.ts';
import { type Pair, renderPairs } from './wire-pairs.ts';

/** What the step's own expressions see, and what those of its service see. */
export interface Scopes {
  readonly step: Scope;
  readonly service: Scope;
}

/**
 * Headers in layers: those that are written win over those that a body, auth or service sets. `home` is the
 * service where the URL lies on its origin; what it and `defaults` add goes nowhere else.
 */
export function layHeaders(
  context: RunContext,
  request: Request,
  home: ServiceSettings | undefined,
  scopes: Scopes,
  ofRequest: readonly Pair[],
): readonly Pair[] {
  const { parsed } = context;
  const defaults = home === undefined ? undefined : request.fromDefaults;
  const auth = request.auth ?? defaults?.auth;
  return layOver([
    renderPairs(parsed, request.headers, scopes.step),
    renderPairs(parsed, defaults?.headers ?? [], scopes.step),
    ofRequest,
    auth === undefined
      ? authHeader(parsed, home?.auth, scopes.service)
      : authHeader(parsed, auth, scopes.step),
    home === undefined ? [] : serviceHeaders(context, home, scopes.service),
  ]);
}

/** A name that an earlier layer has is not taken from a later one; within a layer it may repeat. */
function layOver(layers: readonly (readonly Pair[])[]): readonly Pair[] {
  const seen = new Set<string>();
  return layers.flatMap((layer) => {
    const added = layer.filter(([name]) => !seen.has(name.toLowerCase()));
    for (const [name] of added) seen.add(name.toLowerCase());
    return added;
  });
}

function authHeader(parsed: Parsed, auth: Auth | undefined, scope: Scope): readonly Pair[] {
  const render = (text: string): string => parsed.text(text).render(scope);
  switch (auth?.kind) {
    case undefined:
    case 'none':
      return [];
    case 'bearer':
      return [['Authorization', `Bearer ${render(auth.token)}`]];
    case 'basic': {
      const credentials = `${render(auth.username)}:${render(auth.password)}`;
      return [['Authorization', `Basic ${base64(utf8Bytes(credentials))}`]];
    }
  }
}

/** A value of an environment that holds a secret is secret. */
function serviceHeaders({ parsed, masker }: RunContext, { headers }: ServiceSettings, scope: Scope): Pair[] {
  return headers.flatMap(([name, template]) => {
    const pairs = renderPairs(parsed, [[name, template]], scope);
    if (readsSecrets(parsed.template(template))) for (const [, value] of pairs) masker.add(value);
    return pairs;
  });
}
