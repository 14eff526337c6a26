import type { RunRecord, StepRecord } from '../run/record.ts';
import { sayFailure } from './assertion.ts';
import { exitCodeOf } from './exit-code.ts';
import { renderFailures, sayReason } from './failure.ts';
import { renderInterruption } from './interruption.ts';
import { createLayout, renderRow } from './layout.ts';
import type { Reporter, RunContext } from './reporter.ts';
import { lastTry, runDurationOf, titleOf, triesOf } from './step.ts';
import { rowsOf } from './step-row.ts';
import { createStyle } from './style.ts';
import { renderXml, type XmlElement } from './xml.ts';

interface Told {
  readonly context: RunContext;
  readonly record: RunRecord;
}

/** CI systems refuse large reports: GitLab a file over 30 MB. */
const bodyLimit = 20_000;

const style = createStyle({ columns: 100, colour: false, interactive: false, unicode: true });

/** A JUnit report: a suite a journey, a test case a run. Names stay the same from run to run. */
export function createJunitReporter(write: (xml: string) => void | Promise<void>): Reporter {
  const runs = new Map<string, Told>();
  const keep = (context: RunContext, record: RunRecord): void => {
    runs.set(context.runId, { context, record });
  };
  return {
    started: keep,
    event(_event, record) {
      const known = runs.get(record.request.id);
      if (known !== undefined) keep(known.context, record);
    },
    finished: keep,
    end: () => write(renderJunit([...runs.values()])),
  };
}

function renderJunit(runs: readonly Told[]): string {
  const suites = new Map<string, Told[]>();
  for (const run of runs) {
    const { journey, environment, artifact } = run.record.request;
    const key = [journey, environment.name, artifact].join('\n');
    suites.set(key, [...(suites.get(key) ?? []), run]);
  }
  return renderXml({
    name: 'testsuites',
    attributes: { name: 'reqflo', ...countsOf(runs) },
    children: [...suites.values()].map(suiteOf),
  });
}

function countsOf(runs: readonly Told[]): XmlElement['attributes'] {
  const verdicts = runs.map(({ record }) => verdictOf(record));
  return {
    tests: runs.length,
    failures: verdicts.filter((verdict) => verdict === 'failure').length,
    errors: verdicts.filter((verdict) => verdict === 'error').length,
    time: seconds(runs.reduce((sum, { record }) => sum + (runDurationOf(record) ?? 0), 0)),
  };
}

/** `failure`: an assertion did not hold. `error`: the run could not be carried out, or has no end yet. */
function verdictOf(record: RunRecord): 'passed' | 'failure' | 'error' {
  const code = exitCodeOf(record);
  if (code === 0) return 'passed';
  return code === 1 ? 'failure' : 'error';
}

function suiteOf(runs: readonly Told[]): XmlElement {
  const [first] = runs;
  const request = first?.record.request;
  const created = Math.min(...runs.map(({ record }) => record.request.createdAt));
  const properties = [
    ['environment', request?.environment.name ?? ''],
    ['artifact', request?.artifact ?? ''],
    ...runs.map(({ record }) => ['run', record.request.id] as const),
  ] as const;
  return {
    name: 'testsuite',
    attributes: {
      name: request?.journey,
      ...countsOf(runs),
      skipped: 0,
      timestamp: new Date(created).toISOString(),
      file: first === undefined ? undefined : fileOf(first.context),
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
      ...runs.map((run, index) => caseOf(run, uniqueName(runs, index))),
    ],
  };
}

/** Of two cases of one name, readers see the first alone. */
function uniqueName(runs: readonly Told[], index: number): string {
  const nameOf = ({ record }: Told): string => record.request.case ?? record.request.journey;
  const name = runs[index] === undefined ? '' : nameOf(runs[index]);
  const before = runs.slice(0, index).filter((run) => nameOf(run) === name).length;
  return before === 0 ? name : `${name} #${before + 1}`;
}

function caseOf(run: Told, name: string): XmlElement {
  const { context, record } = run;
  const verdict = verdictOf(record);
  const file = fileOf(context);
  return {
    name: 'testcase',
    attributes: {
      name,
      classname: file === undefined ? record.request.journey : dotted(file),
      file,
      time: seconds(runDurationOf(record) ?? 0),
    },
    children: [
      ...(verdict === 'passed' ? [] : [problemOf(run, verdict)]),
      { name: 'system-out', attributes: {}, children: [cut(renderSteps(run))] },
    ],
  };
}

function problemOf({ context, record }: Told, name: 'failure' | 'error'): XmlElement {
  const blocks = renderFailures(context, record, style).map((lines) => lines.join('\n'));
  const open = record.state === 'interrupted' ? [renderInterruption(context, record, style).join('\n')] : [];
  return {
    name,
    attributes: { message: messageOf(record), type: record.reason ?? record.state },
    children: [cut([...blocks, ...open].join('\n\n'))],
  };
}

/** The first failed assertion, else why the step failed, else how the run ended. */
function messageOf(record: RunRecord): string {
  const step =
    record.steps.find(({ key }) => key === record.decidedBy) ??
    record.steps.find(({ state }) => state === 'failed');
  if (step === undefined) return record.interruption?.reason ?? record.reason ?? record.state;
  const failed = lastTry(step)?.evidence?.assertions.find((one) => !one.passed && one.soft !== true);
  return `${titleOf(step)}: ${failed === undefined ? sayReason(record, step) : sayFailure(failed, style)}`;
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
