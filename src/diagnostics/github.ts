import type { Diagnostic } from './diagnostic.ts';
import { renderCounts } from './render.ts';

/** GitHub shows so many of each severity on a step; the others are in its log alone. */
const shownLimit = 10;

/**
 * Diagnostics as workflow commands of GitHub Actions, which become annotations: errors first, since only the
 * first ten of each severity are shown. `prefix` leads from the repository to the project: `services/shop/`.
 */
export function renderGithub(diagnostics: readonly Diagnostic[], prefix: string): string {
  if (diagnostics.length === 0) return '';
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const warnings = diagnostics.filter(({ severity }) => severity === 'warning');
  const hidden = [errors, warnings].reduce((sum, { length }) => sum + Math.max(0, length - shownLimit), 0);
  const more = hidden === 0 ? '' : `; ${hidden} of them only here`;
  const lines = [...errors, ...warnings].map((one) => renderCommand(one, prefix));
  return `${[...lines, `${renderCounts(diagnostics)}${more}`].join('\n')}\n`;
}

function renderCommand({ code, severity, message, place, fix }: Diagnostic, prefix: string): string {
  const properties = [...(place === undefined ? [] : propertiesOf(place, prefix)), ['title', code]] as const;
  const list = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(',');
  return `::${severity} ${list}::${escapeData(fix === undefined ? message : `${message}\n${fix}`)}`;
}

type Property = readonly [name: string, value: string];

/** Columns count on one line alone. */
function propertiesOf(
  { file, line, column, endLine, endColumn }: NonNullable<Diagnostic['place']>,
  prefix: string,
): readonly Property[] {
  const lines: readonly Property[] = [
    ['file', prefix + file],
    ['line', String(line)],
    ['endLine', String(endLine)],
  ];
  if (line !== endLine) return lines;
  return [...lines, ['col', String(column)], ['endColumn', String(endColumn)]];
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
