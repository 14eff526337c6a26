import type { Environment } from '../artifact/environment.ts';
import type { Template, Text } from '../artifact/texts.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { type Place, placeOf, type Source } from '../diagnostics/source.ts';
import type { Entry } from '../journey/map-shapes.ts';
import type { Node } from '../journey/node.ts';
import type { EnvironmentFile } from '../project/environment.ts';
import type { Project } from '../project/project.ts';
import { createProjectFiles } from '../project/project-files.ts';
import type { ParsedService } from '../project/service.ts';
import { resolveShell, type Shell } from '../project/shell.ts';
import type { Layer, Resolving } from './service-layers.ts';
import { resolveService } from './service-settings.ts';

/** A value that an environment gives to the inputs of every journey. */
export interface EnvironmentInput {
  readonly name: string;
  readonly value: Template;
  readonly place: Place;
}

/** An environment ready to be frozen into a run request. */
export interface ResolvedEnvironment {
  readonly environment: Environment;
  readonly inputs: readonly EnvironmentInput[];
  /** What it holds that is handed over as secrets are, and is no part of a run request; by name. */
  readonly secrets: { readonly [name: string]: string };
}

export interface EnvironmentResult {
  /** Absent where a diagnostic is an error. */
  readonly resolved?: ResolvedEnvironment;
  readonly diagnostics: readonly Diagnostic[];
}

type Chosen = { readonly file: EnvironmentFile | undefined } | { readonly diagnostic: Diagnostic };

function missing(message: string, fix: string, place?: Place): Chosen {
  const at = place === undefined ? {} : { place };
  return { diagnostic: { code: 'environment-missing', severity: 'error', message, fix, ...at } };
}

/** The environment of that name, else that of reqflo.yaml, else the only one; a project without any has an empty one. */
function chooseEnvironment({ environments, settings }: Project, name: string | undefined): Chosen {
  const wanted = name ?? settings.environment?.text;
  const names = environments.map((file) => file.name);
  if (wanted === undefined) {
    if (environments.length <= 1) return { file: environments[0] };
    return missing(
      'it is not clear which environment is meant',
      `choose one with --env: ${names.join(', ')}`,
    );
  }
  const file = environments.find((one) => one.name === wanted);
  if (file !== undefined) return { file };
  const { source, environment } = settings;
  const blamed = name === undefined && source !== undefined && environment !== undefined;
  const place = blamed ? placeOf(source, environment.span) : undefined;
  return missing(
    `there is no environment "${wanted}"`,
    didYouMean(wanted, names, 'environments/ is empty'),
    place,
  );
}

function layersOf(
  project: Project,
  file: EnvironmentFile | undefined,
): ReadonlyMap<string, readonly Layer[]> {
  const found = new Map<string, Layer[]>();
  const add = (source: Source | undefined, entries: readonly Entry<ParsedService>[]): void => {
    if (source === undefined) return;
    for (const { key, value } of entries) {
      found.set(key.text, [...(found.get(key.text) ?? []), { source, service: value }]);
    }
  };
  add(file?.source, file?.parsed?.services?.entries ?? []);
  add(project.settings.source, project.settings.services.entries);
  return found;
}

function freeze(
  project: Project,
  file: EnvironmentFile | undefined,
  resolving: Resolving,
): Omit<ResolvedEnvironment, 'secrets'> {
  const services = [...layersOf(project, file)].flatMap(([name, layers]) => {
    const service = resolveService(resolving, name, layers);
    return service === undefined ? [] : [[name, service] as const];
  });
  const { values, inputs } = file?.parsed ?? {};
  const resolve = (node: Node): Template =>
    file === undefined ? null : resolveShell(file.source, node, resolving.shell, resolving.report);
  const given = (inputs?.entries ?? []).flatMap(({ key, value }) =>
    file === undefined
      ? []
      : [{ name: key.text, value: resolve(value), place: placeOf(file.source, value.span) }],
  );
  const environment: Environment = {
    name: file?.name ?? 'none',
    services: Object.fromEntries(services),
    values: Object.fromEntries((values?.entries ?? []).map(({ key, value }) => [key.text, resolve(value)])),
  };
  return { environment, inputs: given };
}

/** The chosen environment at this moment: `shell.NAME` resolved, `secrets.NAME` kept. */
export function resolveEnvironment(
  project: Project,
  name: string | undefined,
  shell: Shell,
): EnvironmentResult {
  const chosen = chooseEnvironment(project, name);
  if ('diagnostic' in chosen) return { diagnostics: [chosen.diagnostic] };
  const diagnostics: Diagnostic[] = [...(chosen.file?.diagnostics ?? [])];
  const report = (diagnostic: Diagnostic): void => {
    diagnostics.push(diagnostic);
  };
  const secrets = new Map<string, string>();
  const handOver = (name: string, secret: string): Text => {
    secrets.set(name, secret);
    return `\${{ secrets[${JSON.stringify(name)}] }}`;
  };
  const files = createProjectFiles(project);
  const frozen = freeze(project, chosen.file, { shell, report, files, handOver });
  const broken = diagnostics.some(({ severity }) => severity === 'error');
  return broken
    ? { diagnostics }
    : { resolved: { ...frozen, secrets: Object.fromEntries(secrets) }, diagnostics };
}
