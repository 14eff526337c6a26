import type { Text } from '../artifact/texts.ts';
import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import { placeOf, type Source, type Span } from '../diagnostics/source.ts';
import type { TextNode } from '../journey/node.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import type { ParsedService } from '../project/service.ts';
import { resolveShell, type Shell } from '../project/shell.ts';

/** Where a setting of a service was written: in reqflo.yaml, or in the environment. */
export interface Layer {
  readonly source: Source;
  readonly service: ParsedService;
}

export interface Resolving {
  readonly shell: Shell;
  readonly report: Report;
  readonly files: ProjectFiles;
  /** Keeps a secret that is no part of the environment; what reads it there. */
  readonly handOver: (name: string, secret: string) => Text;
}

/** A setting, and the layer that it is from. */
export interface Given<T> {
  readonly source: Source;
  readonly value: T;
}

/** The strongest layer's. */
export function strongest<T>(
  layers: readonly Layer[],
  pick: (service: ParsedService) => T | undefined,
): Given<NonNullable<T>> | undefined {
  for (const { source, service } of layers) {
    const value = pick(service);
    if (value !== undefined && value !== null) return { source, value };
  }
  return undefined;
}

/** With every `shell.NAME` resolved. */
export function resolveGiven(resolving: Resolving, { source, value }: Given<TextNode>): Text {
  const { shell, report } = resolving;
  const resolved = resolveShell(source, value, shell, report);
  return typeof resolved === 'string' ? resolved : value.text;
}

export function reportGiven(
  { report }: Resolving,
  code: DiagnosticCode,
  { source, value }: Given<{ readonly span: Span }>,
  message: string,
  fix?: string,
): undefined {
  const place = placeOf(source, value.span);
  report({ code, severity: 'error', message, place, ...(fix === undefined ? {} : { fix }) });
  return undefined;
}
