import type { Summary } from './reporter.ts';
import { joinParts, paintAs, type Style } from './style.ts';
import { countOf } from './text.ts';

/** `3 runs · 2 passed, 1 failed` */
export function renderSummary(summary: Summary, style: Style): string {
  const counts = [
    [summary.passed, 'passed'],
    [summary.failed, 'failed'],
    [summary.canceled, 'canceled'],
    [summary.open, 'open'],
  ] as const;
  const ended = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const mark = summary.passed === summary.runs ? 'passed' : 'failed';
  const runs = paintAs(style, mark, countOf(summary.runs, 'run'));
  return joinParts(style, [style.paint.bold(runs), ended.join(', ')]);
}

export const nothingKept = 'Nothing was kept. Add --cloud to keep the run and to retry it from a step.\n';
