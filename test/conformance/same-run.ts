import { indexSteps } from '../../src/run/branch.ts';
import { isInRoundsOf, placeOfKey } from '../../src/run/instance.ts';
import { stepKey } from '../../src/run/key.ts';
import type { RunRecord, StepRecord } from '../../src/run/record.ts';
import { readHistory } from '../../src/stores/history.ts';
import { renderExact } from '../../src/stores/json-file/event-codec.ts';
import type { Played } from './play.ts';
import type { Scene } from './scene.ts';
import type { Sent } from './target.ts';

/** How a run that was disturbed may differ from one that was not. */
export type Lawful = 'unknown' | 'earlier stop' | 'consequence';

export interface Comparison {
  /** Steps that differ and may, and why. */
  readonly differences: ReadonlyMap<string, Lawful>;
  /** What must not be, and is. */
  readonly problems: readonly string[];
}

/**
 * Holds a disturbed run against an undisturbed one: the same but for epochs, times, and the order across
 * branches; or, and then named, a request of cleanup or of a run being canceled whose outcome is unknown, or
 * a stop that falls one step earlier.
 */
export function compareRuns(scene: Scene, undisturbed: Played, played: Played): Comparison {
  const differences = new Map<string, Lawful>();
  const differing = differingSteps(undisturbed, played);
  const missing = missingSteps(undisturbed, played);
  for (const step of played.record.steps.filter(({ key }) => differing.includes(key))) {
    const lawful = isUnknown(played, step) ?? isStoppedEarlier(undisturbed, played, step);
    if (lawful !== undefined) differences.set(step.key, lawful);
  }
  // A round that was not begun is not listed.
  for (const key of missing) if (isStopped(played.record, key)) differences.set(key, 'earlier stop');
  for (const key of [...differing, ...missing]) {
    if (!differences.has(key) && isConsequence(scene, played, differences, key))
      differences.set(key, 'consequence');
  }
  const unlawful = [...differing, ...missing].filter((key) => !differences.has(key));
  return {
    differences,
    problems: [
      ...played.problems,
      ...unlawful.map((key) => difference(key, stepsOf(undisturbed).get(key), stepsOf(played).get(key))),
      ...compareVerdicts(undisturbed.record, played.record, differences),
      ...compareSends(undisturbed, played, differences),
    ],
  };
}

function difference(what: string, before: unknown, after: unknown): string {
  return `${what}: ${JSON.stringify(before)} became ${JSON.stringify(after)}`;
}

const times: ReadonlySet<string> = new Set([
  'at',
  'startedAt',
  'finishedAt',
  'expiresAt',
  'durationMs',
  'until',
]);
const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Plain JSON of anything, without what time it was. */
function timeless(value: unknown): unknown {
  const text = renderExact(value).replace(instant, 'an instant');
  return JSON.parse(text, (name, member) => (times.has(name) ? undefined : member));
}

const known = new WeakMap<Played, ReadonlyMap<string, string>>();

/** All that is known of each step, as text: its record, and the outcomes that the engine goes on with. */
function stepsOf(played: Played): ReadonlyMap<string, string> {
  const before = known.get(played);
  if (before !== undefined) return before;
  const outcomes = [...readHistory(played.events).outcomes].sort(([a], [b]) => (a < b ? -1 : 1));
  const keys = ['~variables', ...played.record.steps.map(({ key }) => key)];
  const steps = keys.map((key) => {
    const step = played.record.steps.find((one) => one.key === key);
    const own = outcomes.filter(([one]) => ownerOf(one) === key);
    return [key, JSON.stringify(timeless({ step, outcomes: Object.fromEntries(own) }))] as const;
  });
  const found = new Map(steps);
  known.set(played, found);
  return found;
}

/** The step of a key; of the engine's own keys too: `~wait/pay#1` is of `pay`. */
function ownerOf(key: string): string {
  return key === '~variables' ? key : stepKey(key.replace(/^~[a-z]+\//, ''));
}

function differingSteps(undisturbed: Played, played: Played): readonly string[] {
  const before = stepsOf(undisturbed);
  return [...stepsOf(played)].flatMap(([key, step]) => (before.get(key) === step ? [] : [key]));
}

function missingSteps(undisturbed: Played, played: Played): readonly string[] {
  const after = stepsOf(played);
  return [...stepsOf(undisturbed).keys()].filter((key) => !after.has(key));
}

function isUnknown({ inFlight, record }: Played, step: StepRecord): Lawful | undefined {
  const mayBe = step.cleanup || isCanceled(record);
  return step.state === 'unknown' && mayBe && inFlight.has(step.key) ? 'unknown' : undefined;
}

function isCanceled({ stops }: RunRecord): boolean {
  return stops.some(({ scope, reason }) => scope === '' && reason === 'cancel');
}

/** It would have gone further; the stop was on record before it began its next attempt. */
function isStoppedEarlier(undisturbed: Played, { record }: Played, step: StepRecord): Lawful | undefined {
  const ended = step.state === 'canceled' || step.state === 'pending';
  if (!isStopped(record, step.key) || !ended || step.cleanup) return undefined;
  const whole = undisturbed.record.steps.find(({ key }) => key === step.key)?.attempts ?? [];
  const begun = step.attempts.filter(({ outcome }) => outcome?.state !== 'canceled');
  const same = begun.every((attempt, at) => isSame(timeless(attempt), timeless(whole[at])));
  return same ? 'earlier stop' : undefined;
}

function isStopped({ stops }: RunRecord, key: string): boolean {
  return stops.some(({ scope }) => scope === '' || isAround(scope, key));
}

function isAround(outer: string, key: string): boolean {
  return key.startsWith(`${outer}/`) || key.startsWith(`${outer}[`);
}

/**
 * It holds a step that differs; or undoes one, and so finds no values there, or nothing to undo where that
 * step was stopped before it did anything.
 */
function isConsequence(
  scene: Scene,
  { record }: Played,
  differences: ReadonlyMap<string, Lawful>,
  key: string,
): boolean {
  if ([...differences.keys()].some((one) => isAround(key, one))) return true;
  const places = indexSteps(scene.artifact).get(placeOfKey(key))?.undoes ?? [];
  const undone = [...differences.keys()].filter(
    (one) => places.includes(placeOfKey(one)) && isInRoundsOf(key, one),
  );
  const state = record.steps.find((step) => step.key === key)?.state;
  return undone.some((one) => {
    const lawful = differences.get(one);
    return lawful === 'earlier stop'
      ? state === undefined || state === 'pending'
      : lawful !== undefined && state === 'skipped';
  });
}

function compareVerdicts(
  before: RunRecord,
  after: RunRecord,
  differences: ReadonlyMap<string, Lawful>,
): readonly string[] {
  const unknown = after.steps.filter((step) => differences.get(step.key) === 'unknown');
  const undone = unknown.find(({ cleanup }) => cleanup);
  const verdict = (record: RunRecord) => [record.state, record.reason, record.decidedBy];
  const fails = undone !== undefined && before.state === 'passed';
  // A branch whose outcome is unknown counts as failed.
  const fast = new Set(unknown.flatMap(({ key }) => scopesAround(key)).map((scope) => `${scope} failFast`));
  const stops = (record: RunRecord) => record.stops.map(({ scope, reason }) => `${scope} ${reason}`).sort();
  const order = (record: RunRecord) => record.steps.map(({ key }) => key);
  return [
    ...held('the verdict', fails ? ['failed', 'request', undone.key] : verdict(before), verdict(after)),
    ...held(
      'the stops',
      stops(before),
      stops(after).filter((stop) => !fast.has(stop) || stops(before).includes(stop)),
    ),
    ...held('the notes', timeless(before.notes), timeless(after.notes)),
    ...(differences.size > 0 ? [] : held('the order of the steps', order(before), order(after))),
  ];
}

/** `a/b[1]/c` lies in `a`, in `a/b` and in `a/b[1]`. */
function scopesAround(key: string): readonly string[] {
  return [...key.matchAll(/[/[]/g)].map(({ index }) => key.slice(0, index));
}

function held(what: string, before: unknown, after: unknown): readonly string[] {
  return isSame(before, after) ? [] : [difference(what, before, after)];
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What the target saw: the same requests, and each no more often than it may. */
function compareSends(
  undisturbed: Played,
  played: Played,
  differences: ReadonlyMap<string, Lawful>,
): readonly string[] {
  const problems: string[] = [];
  const before = sendsByKey(undisturbed.sends);
  const after = sendsByKey(played.sends);
  const safe = repeatableKeys(played);
  for (const [key, sends] of after) {
    const most = 1 + (played.words.get(key) ?? 0) + (safe.has(key) ? played.crashes : 0);
    if (sends.length > most) problems.push(`${key} was sent ${sends.length} times, not at most ${most}`);
    // Also what is drawn, and the instant that it calls now.
    if (sends.some((send) => !isSame(send, sends[0]))) problems.push(difference(key, sends[0], sends));
    problems.push(...held(key, timeless(before.get(key)?.[0] ?? null), timeless(sends[0])));
  }
  for (const key of before.keys()) {
    if (!after.has(key) && !differences.has(stepKey(key))) problems.push(`${key} was not sent`);
  }
  return [...problems, ...changedKeys(played.sends)];
}

function sendsByKey(sends: readonly Sent[]): ReadonlyMap<string, readonly Sent[]> {
  const found = new Map<string, Sent[]>();
  for (const sent of sends) found.set(sent.key, [...(found.get(sent.key) ?? []), sent]);
  return found;
}

function repeatableKeys({ events }: Played): ReadonlySet<string> {
  const started = events.filter((event) => event.type === 'step.started');
  return new Set(started.filter(({ intent }) => intent.repeatable).map(({ key }) => key));
}

/** Idempotency keys, and instants that a step calls now, are the same on every attempt and pass. */
function changedKeys(sends: readonly Sent[]): readonly string[] {
  const problems: string[] = [];
  for (const header of ['idempotency-key', 'x-now']) {
    const values = new Map<string, string | undefined>();
    for (const { key, headers } of sends) {
      const step = stepKey(key);
      if (values.has(step) && values.get(step) !== headers[header])
        problems.push(`${header} of ${step} changed: ${values.get(step)} became ${headers[header]}`);
      values.set(step, headers[header]);
    }
  }
  return problems;
}
