import type { RunRecord, StepRecord } from '../run/record.ts';
import { exitCodeOf } from './exit-code.ts';
import { renderFailures } from './failure.ts';
import { sayFirstFailure } from './first-failure.ts';
import { renderInterruption } from './interruption.ts';
import { createLayout, renderRow } from './layout.ts';
import type { Reporter, RunContext } from './reporter.ts';
import { caseAndRowOf, runDurationOf, titleOf, triesOf } from './step.ts';
import { rowsOf } from './step-row.ts';
import { createStyle } from './style.ts';
import { renderXml, type XmlElement } from './xml.ts';

interface Told {
  readonly context: RunContext;
  readonly record: RunRecord;
}

type Verdict = 'passed' | 'failure' | 'error';

/** What is kept of a run that is over: its bodies and headers are not. */
interface Row {
  /** Runs of one suite have the same. */
  readonly suite: string;
  readonly request: Pick<RunRecord['request'], 'id' | 'journey' | 'artifact' | 'createdAt'>;
  readonly environment: string;
  readonly file: string | undefined;
  readonly name: string;
  readonly verdict: Verdict;
  readonly durationMs: number;
  readonly children: readonly XmlElement[];
}

/** CI systems refuse large reports: GitLab a file over 30 MB. */
const bodyLimit = 20_000;

const style = createStyle({ columns: 100, colour: false, interactive: false, unicode: true });

/** A JUnit report: a suite a journey, a test case a run. Names stay the same from run to run. */
export function createJunitReporter(write: (xml: string) => void | Promise<void>): Reporter {
  const open = new Map<string, Told>();
  const rows = new Map<string, Row | undefined>();
  return {
    started(context, record) {
      open.set(context.runId, { context, record });
      rows.set(context.runId, undefined);
    },
    event(_event, record) {
      const known = open.get(record.request.id);
      if (known !== undefined) open.set(record.request.id, { ...known, record });
    },
    finished(context, record) {
      open.delete(context.runId);
      rows.set(context.runId, rowOf({ context, record }));
    },
    end() {
      for (const [id, run] of open) rows.set(id, rowOf(run));
      return write(renderJunit([...rows.values()].filter((row) => row !== undefined)));
    },
  };
}

function rowOf(run: Told): Row {
  const { context, record } = run;
  const { id, journey, environment, artifact, createdAt } = record.request;
  const verdict = verdictOf(record);
  const output: XmlElement = { name: 'system-out', attributes: {}, children: [cut(renderSteps(run))] };
  return {
    suite: [journey, environment.name, artifact].join('\n'),
    request: { id, journey, artifact, createdAt },
    environment: environment.name,
    file: fileOf(context),
    name: caseAndRowOf(record.request) || journey,
    verdict,
    durationMs: runDurationOf(record) ?? 0,
    children: verdict === 'passed' ? [output] : [problemOf(run, verdict), output],
  };
}

function renderJunit(runs: readonly Row[]): string {
  const suites = new Map<string, Row[]>();
  for (const run of runs) {
    const known = suites.get(run.suite);
    if (known === undefined) suites.set(run.suite, [run]);
    else known.push(run);
  }
  return renderXml({
    name: 'testsuites',
    attributes: { name: 'reqflo', ...countsOf(runs) },
    children: [...suites.values()].map(suiteOf),
  });
}

function countsOf(runs: readonly Row[]): XmlElement['attributes'] {
  return {
    tests: runs.length,
    failures: runs.filter(({ verdict }) => verdict === 'failure').length,
    errors: runs.filter(({ verdict }) => verdict === 'error').length,
    time: seconds(runs.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  };
}

/** `failure`: an assertion did not hold. `error`: the run could not be carried out, or has no end yet. */
function verdictOf(record: RunRecord): Verdict {
  const code = exitCodeOf(record);
  if (code === 0) return 'passed';
  return code === 1 ? 'failure' : 'error';
}

function suiteOf(runs: readonly Row[]): XmlElement {
  const [first] = runs;
  const created = runs.reduce(
    (least, { request }) => Math.min(least, request.createdAt),
    Number.POSITIVE_INFINITY,
  );
  const properties = [
    ['environment', first?.environment ?? ''],
    ['artifact', first?.request.artifact ?? ''],
    ...runs.map(({ request }) => ['run', request.id] as const),
  ] as const;
  return {
    name: 'testsuite',
    attributes: {
      name: first?.request.journey,
      ...countsOf(runs),
      skipped: 0,
      timestamp: new Date(created).toISOString(),
      file: first?.file,
    },
    children: [
      {
        name: 'properties',
        attributes: {},
        children: properties.map(([name, value]) => ({
          name: 'property',
          attributes: { name, value },
          children: [],
        })),
      },
      ...casesOf(runs),
    ],
  };
}

/** Of two cases of one name readers see the first alone: the others are numbered. */
function casesOf(runs: readonly Row[]): readonly XmlElement[] {
  const seen = new Map<string, number>();
  return runs.map(({ name, file, request, durationMs, children }) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return {
      name: 'testcase',
      attributes: {
        name: count === 1 ? name : `${name} #${count}`,
        classname: file === undefined ? request.journey : dotted(file),
        file,
        time: seconds(durationMs),
      },
      children,
    };
  });
}

function problemOf({ context, record }: Told, name: 'failure' | 'error'): XmlElement {
  const blocks = renderFailures(context, record, style).map((lines) => lines.join('\n'));
  const open = record.state === 'interrupted' ? [renderInterruption(context, record, style).join('\n')] : [];
  return {
    name,
    attributes: { message: sayFirstFailure(record, style), type: record.reason ?? record.state },
    children: [cut([...blocks, ...open].join('\n\n'))],
  };
}

function renderSteps({ context, record }: Told): string {
  const layout = createLayout(context, record, style);
  const rows = rowsOf(context, record).map((row) => renderRow(row, layout, style));
  return [...rows, ...record.steps.flatMap(earlierTries)].join('\n');
}

/** A step that passed at last is never told as if it had passed at once. */
function earlierTries(step: StepRecord): readonly string[] {
  return triesOf(step)
    .slice(0, -1)
    .map(({ outcome, evidence }, index) => {
      const isLook = outcome?.again?.kind === 'poll';
      const answer = evidence?.response === undefined ? [] : [evidence.response.status];
      const why = isLook ? 'not yet' : (outcome?.reason ?? 'not finished');
      return `${titleOf(step)}: ${isLook ? 'look' : 'attempt'} ${[`${index + 1}:`, ...answer, why].join(' ')}`;
    });
}

/** The journey's own file, where its first step stands. */
function fileOf(context: RunContext): string | undefined {
  const { sources, steps } = context.artifact;
  return sources[steps[0]?.at[0] ?? 0]?.file;
}

/** `journeys/checkout-flow.yaml` → `journeys.checkout-flow` */
function dotted(file: string): string {
  return file.replace(/\.(?:ya?ml|json)$/, '').replaceAll('/', '.');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function cut(text: string): string {
  return text.length <= bodyLimit ? text : `${text.slice(0, bodyLimit)}\n… cut off`;
}
