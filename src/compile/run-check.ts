import type { Environment, ServiceSettings } from '../artifact/environment.ts';
import type { Artifact } from '../artifact/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { SecretLookup } from '../project/secrets.ts';
import { parseTemplate } from '../query/template.ts';
import type { Value } from '../query/value.ts';

export interface RunCheck {
  /** Values of all secrets that the run needs and has. */
  readonly secrets: { readonly [name: string]: string };
  readonly diagnostics: readonly Diagnostic[];
}

function lacks(environment: Environment, what: string, name: string, known: readonly string[]): Diagnostic {
  const message = `environment "${environment.name}" has no ${what} "${name}"`;
  return {
    code: 'environment-lacks',
    severity: 'error',
    message,
    fix: didYouMean(name, known, `it gives no ${what}s`),
  };
}

function checkNames(
  environment: Environment,
  what: string,
  needed: readonly string[],
  given: object,
): Diagnostic[] {
  const known = Object.keys(given);
  return needed.filter((name) => !known.includes(name)).map((name) => lacks(environment, what, name, known));
}

function ownMember<T>(map: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

function secretsIn(value: Value): readonly string[] {
  const parsed = parseTemplate(value);
  if (!parsed.ok) return [];
  const references = parsed.template.expressions.flatMap(({ expression }) => expression.references);
  return references.flatMap(({ path: [root, name] }) =>
    root === 'secrets' && name !== undefined ? [name] : [],
  );
}

function serviceTexts({ url, headers, auth, tls, proxy }: ServiceSettings): Value {
  const credentials = auth === undefined ? [] : Object.values(auth);
  return [url, ...headers.flat(), ...credentials, ...Object.values(tls ?? {}), proxy ?? ''];
}

/** Secrets that the journey reads, and those in the services and values of the environment that it uses. */
function neededSecrets(artifact: Artifact, environment: Environment): readonly string[] {
  const services = artifact.needs.services.flatMap((name) => ownMember(environment.services, name) ?? []);
  const values = artifact.needs.values.flatMap((name) => ownMember(environment.values, name) ?? []);
  const given = [...services.map(serviceTexts), ...values].flatMap(secretsIn);
  return [...new Set([...artifact.needs.secrets, ...given])].sort();
}

function checkSecret(name: string, value: string | undefined): readonly Diagnostic[] {
  if (value === undefined) {
    const fix = `set it in the shell (export ${name}=…), or in the dotenv file of reqflo.yaml`;
    return [{ code: 'secret-missing', severity: 'error', message: `secret "${name}" has no value`, fix }];
  }
  if ([...value].length >= 4) return [];
  const message = `secret "${name}" has fewer than 4 characters: it is masked only where it is a whole value`;
  return [{ code: 'short-secret', severity: 'warning', message }];
}

/** What the chosen environment lacks, found before the first request. */
export function checkRun(artifact: Artifact, environment: Environment, lookup: SecretLookup): RunCheck {
  const found = neededSecrets(artifact, environment).map((name) => ({ name, value: lookup(name) }));
  const secrets = found.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
  return {
    secrets: Object.fromEntries(secrets),
    diagnostics: [
      ...checkNames(environment, 'service', artifact.needs.services, environment.services),
      ...checkNames(environment, 'value', artifact.needs.values, environment.values),
      ...found.flatMap(({ name, value }) => checkSecret(name, value)),
    ],
  };
}
