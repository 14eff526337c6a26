import type { OperationCoverage, ServiceCoverage } from './coverage.ts';
import { paintAs, type Style } from './style.ts';
import { countOf, pad, visibleLine, widthOf } from './text.ts';

/** What journeys touched of the services' OpenAPI documents, an operation a line. */
export function renderCoverage(services: readonly ServiceCoverage[], style: Style): string {
  return services.map((service) => `${renderService(service, style).join('\n')}\n`).join('\n');
}

function renderService(coverage: ServiceCoverage, style: Style): readonly string[] {
  const { operations, unknown } = coverage;
  const names = operations.map(({ method, path }) => visibleLine(`${pad(method, 7)}${path}`));
  const width = Math.min(60, Math.max(...names.map(widthOf)));
  return [
    renderTitle(coverage, style),
    '',
    ...operations.map((one, index) => {
      const mark = paintAs(style, one.requests > 0 ? 'passed' : 'notReached');
      return `  ${mark} ${pad(names[index] ?? '', width)}   ${sayStatuses(one)}`;
    }),
    ...unknown.map(({ method, path, requests }) => {
      const name = visibleLine(`${pad(method, 7)}${path}`);
      return `  ${paintAs(style, 'unknown')} ${pad(name, width)}   not documented, ${countOf(requests, 'request')}`;
    }),
  ];
}

/** `coverage of shop · openapi/shop.yaml · 3 of 11 operations, 4 of 24 statuses` */
function renderTitle({ service, file, operations }: ServiceCoverage, style: Style): string {
  const touched = operations.filter(({ requests }) => requests > 0).length;
  const statuses = operations.flatMap((one) => one.statuses);
  const seen = statuses.filter(({ answers }) => answers > 0).length;
  const counts = `${touched} of ${countOf(operations.length, 'operation')}, ${seen} of ${sayCount(statuses.length)}`;
  const title = `coverage of ${visibleLine(service)}`;
  return [style.paint.bold(title), visibleLine(file), counts].join(` ${style.mark.dot} `);
}

function sayCount(statuses: number): string {
  return statuses === 1 ? '1 status' : `${statuses} statuses`;
}

/** `200, 404`; `200, not seen: 404`; `200, not documented: 500` */
function sayStatuses({ statuses, undocumented }: OperationCoverage): string {
  const seen = statuses.filter(({ answers }) => answers > 0).map(({ status }) => status);
  const unseen = statuses.filter(({ answers }) => answers === 0).map(({ status }) => status);
  return [
    seen.join(', '),
    unseen.length === 0 ? '' : `not seen: ${unseen.join(', ')}`,
    undocumented.length === 0 ? '' : `not documented: ${undocumented.join(', ')}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}
