import type { Environment, ServiceSettings } from '../artifact/environment.ts';
import type { Entries, Template } from '../artifact/texts.ts';
import type { Diagnostic, Report } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { type Place, placeOf, type Source } from '../diagnostics/source.ts';
import type { Entry, EntryList } from '../journey/map-shapes.ts';
import type { Node, TextNode } from '../journey/node.ts';
import type { EnvironmentFile } from '../project/environment.ts';
import type { Project } from '../project/project.ts';
import type { ParsedService } from '../project/service.ts';
import { resolveShell, type Shell } from '../project/shell.ts';
import { createAuth } from './auth.ts';

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

/** Where a setting of a service was written: in reqflo.yaml, or in the environment. */
interface Layer {
  readonly source: Source;
  readonly service: ParsedService;
}

interface Resolving {
  readonly shell: Shell;
  readonly report: Report;
}

function resolveTextNode(resolving: Resolving, source: Source, node: TextNode): string {
  const value = resolveShell(source, node, resolving.shell, resolving.report);
  return typeof value === 'string' ? value : node.text;
}

function resolveEntries(resolving: Resolving, source: Source, list: EntryList<Node>): Entries {
  return list.entries.map(({ key, value }) => [
    key.text,
    resolveShell(source, value, resolving.shell, resolving.report),
  ]);
}

function resolveLayer(resolving: Resolving, { source, service }: Layer): Partial<ServiceSettings> {
  const { url, headers, timeout, auth, idempotencyHeader } = service;
  return {
    ...(url === undefined ? {} : { url: resolveTextNode(resolving, source, url).replace(/\/+$/, '') }),
    ...(headers === undefined ? {} : { headers: resolveEntries(resolving, source, headers) }),
    ...(timeout === undefined ? {} : { timeoutMs: timeout.value }),
    ...(auth === undefined
      ? {}
      : { auth: createAuth(auth, (node) => resolveTextNode(resolving, source, node)) }),
    ...(idempotencyHeader === undefined ? {} : { idempotencyHeader: idempotencyHeader.text }),
  };
}

/** Headers merge by name, whatever its case; the environment's wins. */
function mergeHeaders(under: Entries, over: Entries): Entries {
  const names = new Set(over.map(([name]) => name.toLowerCase()));
  return [...under.filter(([name]) => !names.has(name.toLowerCase())), ...over];
}

function checkUrl(resolving: Resolving, layers: readonly Layer[], url: string): void {
  if (/^https?:\/\/[^/?#\s]/i.test(url) || url.includes('${')) return;
  const written = layers.find(({ service }) => service.url !== undefined);
  const span = written?.service.url?.span;
  if (written === undefined || span === undefined) return;
  const message = `"${url}" is not a URL`;
  const place = placeOf(written.source, span);
  resolving.report({
    code: 'invalid-value',
    severity: 'error',
    message,
    place,
    fix: 'like https://shop.example/api',
  });
}

/** A service from its layers, the stronger first; undefined where none gives a URL. */
function resolveService(resolving: Resolving, layers: readonly Layer[]): ServiceSettings | undefined {
  const [over = {}, under = {}] = layers.map((layer) => resolveLayer(resolving, layer));
  const url = over.url ?? under.url;
  if (url === undefined) return undefined;
  checkUrl(resolving, layers, url);
  return { ...under, ...over, url, headers: mergeHeaders(under.headers ?? [], over.headers ?? []) };
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
): ResolvedEnvironment {
  const services = [...layersOf(project, file)].flatMap(([name, layers]) => {
    const service = resolveService(resolving, layers);
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
  const resolved = freeze(project, chosen.file, { shell, report });
  const broken = diagnostics.some(({ severity }) => severity === 'error');
  return broken ? { diagnostics } : { resolved, diagnostics };
}
