import type { RunRecord } from '../run/record.ts';
import { createAsked } from './asked.ts';
import { justify, renderRunId } from './heading.ts';
import { createProgress } from './progress.ts';
import { createReport, type Report } from './report.ts';
import type { Reporter, RunContext, Stream } from './reporter.ts';
import { planOf } from './step.ts';
import { createStyle, type Style } from './style.ts';
import { nothingKept, renderSummary } from './summary.ts';
import { countOf, cutEnd, widthOf } from './text.ts';
import { createTurns } from './turns.ts';
import { sayUnderWay } from './under-way.ts';

export interface PrettyOptions {
  /** The report of each run, once. */
  readonly out: Stream;
  /** Run ids, progress and notices. */
  readonly err: Stream;
  /** Shows request and response of every step. */
  readonly verbose?: boolean;
}

/** The report for a person: a line a step as it finishes, then why it failed, then how it ended. */
export function createPrettyReporter({ out, err, verbose = false }: PrettyOptions): Reporter {
  const style = createStyle(out);
  const errStyle = createStyle(err);
  const turns = createTurns((text) => out.write(text));
  const progress = createProgress(err);
  const asked = createAsked();
  const reports = new Map<string, Report>();
  let told = 0;
  let failedLocally = 0;

  function begin(context: RunContext, record: RunRecord): Report {
    const known = reports.get(context.runId);
    if (known !== undefined) return known;
    const write = (lines: readonly string[]): void => {
      if (lines.length > 0) turns.write(context.runId, `${lines.join('\n')}\n`);
    };
    if (context.backend === 'cloud') err.write(`${renderFollowing(record, context.reach ?? '', errStyle)}\n`);
    turns.open(context.runId);
    if (told > 0) write(['']);
    told += 1;
    const report = createReport(context, record, { style, verbose, write });
    reports.set(context.runId, report);
    return report;
  }

  function sayNow(): string | undefined {
    if (errStyle.look.interactive && asked.isAny()) return undefined;
    const records = [...reports.values()].map((report) => report.record());
    const text = sayProgress(records, errStyle);
    return text && cutEnd(text, errStyle.look.columns - 6, errStyle.mark.ellipsis);
  }

  return {
    started(context, record) {
      begin(context, record);
      progress.show(sayNow);
    },
    event(event, record) {
      asked.hear(event, record);
      reports.get(record.request.id)?.update(record);
      progress.show(sayNow);
    },
    finished(context, record) {
      begin(context, record).finish(record);
      turns.close(context.runId);
      reports.delete(context.runId);
      progress.show(sayNow);
      if (record.state !== 'failed') return;
      if (context.backend === 'local') failedLocally += waitsForSomebody(context) ? 0 : 1;
      else
        err.write(
          `reqflo retry ${context.runId} --from-failed${context.reach ?? ''}   goes on from the step that failed\n`,
        );
    },
    end(summary) {
      progress.stop();
      if (summary.runs > 1) out.write(`\n${renderSummary(summary, style)}\n`);
      if (failedLocally === 0) return;
      err.write(nothingKept);
    },
  };
}

/** `run_01JD…   (Ctrl-C detaches; reqflo status @last)` */
function renderFollowing(record: RunRecord, reach: string, style: Style): string {
  const id = renderRunId(record, style);
  if (!style.look.interactive || record.request.retryOf !== undefined) return id;
  return justify(id, widthOf(id), `(Ctrl-C detaches; reqflo status @last${reach})`, style).join('\n');
}

/** What is under way: the steps of the only run, else how many runs there are. */
function sayProgress(records: readonly RunRecord[], style: Style): string | undefined {
  const running = records.filter((record) => record.state === 'running' || record.state === 'waiting');
  const [only] = running;
  if (only === undefined) return undefined;
  return running.length > 1 ? countOf(running.length, 'run') : sayUnderWay(only, style);
}

/** A runner does not run it yet, so nobody is sent there. */
function waitsForSomebody({ artifact }: RunContext): boolean {
  return [...planOf(artifact).values()].some(({ kind }) => kind === 'waitFor' || kind === 'manual');
}
