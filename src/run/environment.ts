import type { ServiceSettings } from '../artifact/environment.ts';
import type { Artifact } from '../artifact/types.ts';
import type { Draws, Scope } from '../query/expression.ts';
import type { ParsedTemplate } from '../query/template.ts';
import type { ValueMap } from '../query/value.ts';
import type { Masker } from './mask.ts';
import { ownMember } from './own-member.ts';
import type { Parsed } from './parsed.ts';
import type { Effects } from './ports.ts';
import type { RunRequest } from './request.ts';

/** What expressions of an environment are evaluated with. */
export interface EnvironmentSource {
  readonly artifact: Artifact;
  readonly request: RunRequest;
  readonly secrets: ValueMap;
  readonly parsed: Parsed;
  readonly masker: Masker;
  readonly effects: Pick<Effects, 'digests'>;
}

/** An environment sees only secrets: the shell was read at dispatch. */
export function secretsScope(
  { secrets, effects: { digests } }: Pick<EnvironmentSource, 'secrets' | 'effects'>,
  draws: Draws,
): Scope {
  return { draws, digests, get: (root) => (root === 'secrets' ? secrets : undefined) };
}

/**
 * Values of the environment that the journey reads: the others may need secrets that the run has not. One
 * that holds a secret is secret. @throws EvaluationError
 */
export function evaluateEnvironment(source: EnvironmentSource, draws: Draws): ValueMap {
  const scope = secretsScope(source, draws);
  const { values } = source.request.environment;
  const entries = source.artifact.needs.values.flatMap((name) => {
    const written = ownMember(values, name);
    if (written === undefined) return [];
    const parsed = source.parsed.template(written);
    const value = parsed.evaluate(scope);
    if (readsSecrets(parsed)) source.masker.add(value);
    return [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

export function readsSecrets({ expressions }: ParsedTemplate): boolean {
  return expressions.some(({ expression }) =>
    expression.references.some(({ path }) => path[0] === 'secrets'),
  );
}

/** `services.NAME.url` of the services that the journey needs. @throws EvaluationError */
export function serviceUrls(source: EnvironmentSource, draws: Draws): ValueMap {
  const { services } = source.request.environment;
  const entries = source.artifact.needs.services.flatMap((name) => {
    const service = ownMember(services, name);
    return service === undefined ? [] : [[name, { url: baseUrl(source, service, draws) }] as const];
  });
  return Object.fromEntries(entries);
}

/** Without a slash at its end. @throws EvaluationError */
export function baseUrl(source: EnvironmentSource, { url }: ServiceSettings, draws: Draws): string {
  return source.parsed.text(url).render(secretsScope(source, draws)).replace(/\/+$/, '');
}
