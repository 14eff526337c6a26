import type { ExecStep } from '../artifact/types.ts';
import { type Answer, createAnswer } from './answer.ts';
import { maskAssertion } from './assertion.ts';
import { isWanted } from './check.ts';
import { type Branchwise, createScope, drawsOf, type RunContext, register } from './context.ts';
import { bodyOf } from './evidence.ts';
import type { CommandOutput, Execution, LocalCommand } from './execution.ts';
import type { Look } from './found.ts';
import { hideSecrets } from './hide.ts';
import { type Judgement, judgeAnswer, judgeFailure } from './judge.ts';
import { hideInBodies, learnFromTexts, learnRedacted } from './learn-redacted.ts';
import { resolveCommand, sayCommand } from './local-command.ts';
import { explainValues, localOutcome, withoutValue } from './local-outcome.ts';
import { type Engine, modeOf } from './mode.ts';
import type { CommandEvidence, Evidence, Outcome } from './outcome.ts';
import { takeReads } from './output.ts';
import type { Effects, Finished, Work } from './ports.ts';
import { ValueError } from './value-error.ts';

/**
 * Runs a command of this machine as a durable step: its intent is on record before it starts.
 *
 * Targets see its exit code as `status`, and what it wrote to stdout as `text` and (where it is JSON) `body`;
 * expressions see `response.status`, `response.body` and `response.stderr`, a text.
 */
export async function runExec(engine: Engine, step: ExecStep, branch: Branchwise): Promise<Outcome> {
  const { context, primitives } = engine;
  const outcome = await primitives.step(step.key, modeOf(step, branch), (work) =>
    performCommand(context, step, work),
  );
  learnRedacted(context, outcome);
  if (outcome.sent !== 'no') register(context, step);
  return outcome;
}

async function performCommand(context: RunContext, step: ExecStep, work: Work): Promise<Finished> {
  let exec: NonNullable<Effects['exec']>;
  let command: LocalCommand;
  try {
    if (!isWanted(context, step, work.at)) return localOutcome(work.at, 'skipped');
    exec = allowedExec(context);
    command = resolveCommand(context, step, work.at);
  } catch (error) {
    return withoutValue(context, step, work.at, error);
  }
  const text = sayCommand(context, step, command);
  await work.intend({ method: 'EXEC', target: text, repeatable: step.idempotent === true });
  const execution = await exec(command, work.signal);
  return concludeCommand({ context, step, text, execution, startedAt: work.at });
}

/** The command line refuses such a run before it begins; this is for a run that came another way. */
function allowedExec({ effects, request }: RunContext): NonNullable<Effects['exec']> {
  if (request.allowExec !== true) throw new ValueError('local commands are off: the run does not allow them');
  if (effects.exec === undefined) throw new ValueError('no local commands are run here');
  return effects.exec;
}

/** A command that ran, or did not. */
interface Ran {
  readonly context: RunContext;
  readonly step: ExecStep;
  readonly text: string;
  readonly execution: Execution;
  readonly startedAt: number;
}

function concludeCommand(performed: Ran): Finished {
  const { step, execution } = performed;
  const written = [execution.stdout.text, execution.stderr.text];
  const learned = learnFromTexts(performed.context, written);
  const context = hideInBodies(performed.context, () => written);
  const ran = { ...performed, context };
  const { result } = execution;
  const answer = result.kind === 'exited' ? answerOf(execution, result.exitCode) : undefined;
  const judgement = judge(ran, answer);
  const reads = answer === undefined ? undefined : takeReads(step, answer);
  const outcome: Outcome = {
    state: judgement.state,
    ...(judgement.reason === undefined ? {} : { reason: judgement.reason }),
    sent: result.kind === 'notStarted' ? 'no' : 'yes',
    startedAt: ran.startedAt,
    at: execution.at,
    ...(Object.keys(judgement.outputs).length === 0 ? {} : { outputs: judgement.outputs }),
    ...(reads === undefined ? {} : { response: reads }),
    ...(judgement.next === undefined ? {} : { next: judgement.next }),
    ...learned,
  };
  const hidden = hideSecrets(context, step, outcome);
  return { ...hidden, evidence: evidenceOf(ran, judgement) };
}

function judge(ran: Ran, answer: Answer | undefined): Judgement {
  const { context, step, execution } = ran;
  if (execution.result.kind === 'notStarted') {
    return { state: 'failed', reason: 'notStarted', outputs: {}, assertions: [] };
  }
  const look = createLook(ran, answer);
  return answer === undefined ? judgeFailure(context, step, look) : judgeAnswer(context, step, look);
}

function createLook({ context, step, execution, startedAt }: Ran, answer: Answer | undefined): Look {
  const draws = drawsOf(context, `~after/${step.key}`, startedAt);
  const { result } = execution;
  const seen = answer === undefined ? {} : { answer };
  return (outputs = {}) => ({
    ...seen,
    ...(result.kind === 'failed' ? { error: result.reason } : {}),
    durationMs: execution.durationMs,
    attempts: 1,
    masker: context.masker,
    parsed: context.parsed,
    outputs,
    scope: createScope(context, draws, { ...seen, outputs }),
  });
}

/** What a command gave, as an answer: of a response it has no headers, and stderr beside. */
function answerOf({ stdout, stderr }: Execution, exitCode: number): Answer {
  const answer = createAnswer({
    status: exitCode,
    statusText: '',
    httpVersion: '',
    headers: [],
    body: stdout.bytes,
    text: () => stdout.text,
  });
  const view: Answer['view'] = () => {
    const { headers: _, ...seen } = answer.view();
    return { ...seen, stderr: stderr.text };
  };
  return { ...answer, view };
}

function evidenceOf({ context, step, text, execution }: Ran, { assertions, errors }: Judgement): Evidence {
  const { result, stdout, stderr, durationMs } = execution;
  const command: CommandEvidence = {
    text,
    ...(result.kind === 'exited' ? { exitCode: result.exitCode } : {}),
    stdout: outputOf(context, stdout),
    stderr: outputOf(context, stderr),
  };
  const failed = result.kind === 'exited' ? {} : { error: failureOf(context, result) };
  return {
    command,
    assertions: assertions.map((one) => maskAssertion(context.masker, one)),
    ...failed,
    ...explainValues(context, step, errors),
    durationMs,
  };
}

function failureOf(
  { masker }: RunContext,
  result: Exclude<Execution['result'], { kind: 'exited' }>,
): NonNullable<Evidence['error']> {
  const reason = result.kind === 'failed' ? result.reason : 'notStarted';
  return { reason, message: masker.text(result.message) };
}

function outputOf(context: RunContext, { bytes, text }: CommandOutput): CommandEvidence['stdout'] {
  return bodyOf(context, bytes, bytes.subarray(0, 512).includes(0) ? undefined : text);
}
