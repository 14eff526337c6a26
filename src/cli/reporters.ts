import { resolve } from 'node:path';
import type { Batch } from '../reporters/batch.ts';
import type { Coverage } from '../reporters/coverage.ts';
import { createJsonReporter } from '../reporters/json.ts';
import type { BatchEntry } from '../reporters/json-batch.ts';
import type { Reporter } from '../reporters/reporter.ts';
import { createCoverageReporter } from './coverage.ts';
import type { Io } from './io.ts';
import type { ReporterChoice } from './options.ts';
import { openReportFile, type ReportFile } from './report-file.ts';
import { Stop } from './stop.ts';

export interface ReportOptions {
  readonly reporter: readonly ReporterChoice[];
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly output?: string;
  readonly verbose?: boolean;
}

/** What reporters are told of the runs of a command beside the runs. */
export interface ReportedRuns {
  readonly batch?: Batch | undefined;
  /** The batch on a runner that all of them belong to, as it is at the end. */
  readonly kept?: (() => BatchEntry) | undefined;
  readonly coverage?: Coverage | undefined;
}

/** The reporters of a command: what is to be seen on stdout (pretty, unless --json or --jsonl), and files. */
export async function createReporters(
  options: ReportOptions,
  io: Io,
  reported: ReportedRuns = {},
): Promise<readonly Reporter[]> {
  const own = options.output === undefined ? [] : [{ name: 'json', file: options.output }];
  const toFiles = [...options.reporter, ...own].flatMap(({ name, file }) =>
    file === undefined ? [] : [{ name, file }],
  );
  const toStdout = options.reporter.filter((one) => one.file === undefined);
  const shown = stdoutReporters(options, toStdout);
  const { coverage } = reported;
  const files: ReportFile[] = [];
  const openWriter = (file: string): ReportFile['write'] => {
    if (file === '-') return io.stdout.write;
    const opened = openReportFile(resolve(io.cwd, file));
    files.push(opened);
    return opened.write;
  };
  const reporters = await Promise.all([
    ...shown.map((name) => create(name, options, io, reported)),
    ...toFiles.map(({ name, file }) => create(name, options, io, reported, openWriter(file))),
  ]);
  // Behind the report.
  const counting =
    coverage === undefined ? [] : [createCoverageReporter(coverage, io, shown.includes('pretty'))];
  // The other reports on stdout have it at the end, or in other words: who is killed before must know it.
  const isNamed = shown.includes('pretty') || reported.kept !== undefined;
  return [...(isNamed ? [] : [createIdReporter(io)]), ...reporters, ...counting, createWrittenCheck(files)];
}

/** Says the id of a kept run, first of all. */
function createIdReporter({ stderr }: Io): Reporter {
  return {
    started(context) {
      if (context.backend === 'cloud') stderr.write(`${context.runId}\n`);
    },
    finished() {},
  };
}

function stdoutReporters(options: ReportOptions, chosen: readonly ReporterChoice[]): readonly string[] {
  const names = new Set(chosen.map((one) => one.name));
  if (options.json === true) names.add('json');
  if (options.jsonl === true) names.add('jsonl');
  if (names.size > 1)
    throw new Stop(
      2,
      `only one of ${[...names].join(', ')} can write to stdout`,
      'give the others a file: --reporter junit=FILE',
    );
  return names.size === 0 ? ['pretty'] : [...names];
}

async function create(
  name: string,
  options: ReportOptions,
  io: Io,
  { batch, kept, coverage }: ReportedRuns,
  toFile?: ReportFile['write'],
): Promise<Reporter> {
  const write = toFile ?? io.stdout.write;
  switch (name) {
    case 'json':
      return createJsonReporter(write, coverage, kept);
    case 'jsonl':
      return (await import('../reporters/jsonl.ts')).createJsonlReporter(write);
    case 'junit':
      return (await import('../reporters/junit.ts')).createJunitReporter(write);
    default: {
      const out =
        toFile === undefined ? io.stdout : { ...io.stdout, colour: false, interactive: false, write };
      const pretty = { out, err: io.stderr, verbose: options.verbose === true };
      if (batch === undefined) return (await import('../reporters/pretty.ts')).createPrettyReporter(pretty);
      return (await import('../reporters/batch.ts')).createBatchReporter({
        ...pretty,
        ...batch,
        now: Date.now,
      });
    }
  }
}

/** Says at the end what of the reports could not be written. */
function createWrittenCheck(files: readonly ReportFile[]): Reporter {
  return {
    finished() {},
    end() {
      const [problem] = files.flatMap((file) => file.problem() ?? []);
      if (problem !== undefined) throw problem;
    },
  };
}
