import type { AwaitingStep } from '../artifact/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { everyStep } from '../run/plan-order.ts';
import type { Io } from './io.ts';
import type { Compiled } from './journeys.ts';
import { DiagnosedStop, Stop } from './stop.ts';

function waitingSteps({ artifact }: Compiled): readonly AwaitingStep[] {
  return everyStep(artifact).filter((step) => step.kind === 'waitFor' || step.kind === 'manual');
}

/** Whether a journey waits for a call from outside. */
export function waitsForCallback(compiled: Compiled): boolean {
  return waitingSteps(compiled).some(({ kind }) => kind === 'waitFor');
}

/** A runner does not hear callbacks yet, and a person is asked at a terminal. @throws before anything is sent */
export function checkWaits(
  selected: readonly Compiled[],
  { cloud = false }: { readonly cloud?: boolean | undefined },
  { person }: Pick<Io, 'person'>,
): void {
  for (const compiled of selected) {
    const steps = waitingSteps(compiled);
    const [first] = steps;
    if (cloud && first !== undefined) throw refuseOnRunner(compiled, first);
    const manual = steps.find(({ kind }) => kind === 'manual');
    if (manual !== undefined && person === undefined) throw refuseUnattended(compiled, manual);
  }
}

function placeOf({ artifact }: Compiled, { at }: AwaitingStep): NonNullable<Diagnostic['place']> {
  const [source, line, column, endLine, endColumn] = at;
  return { file: artifact.sources[source]?.file ?? '', line, column, endLine, endColumn };
}

function refuseOnRunner(compiled: Compiled, step: AwaitingStep): DiagnosedStop {
  const what = step.kind === 'waitFor' ? 'a callback' : 'a person';
  const diagnostic: Diagnostic = {
    code: 'not-supported-yet',
    severity: 'error',
    message: `step "${step.id}" waits for ${what}, which a run on a runner cannot do yet`,
    place: placeOf(compiled, step),
    fix: 'run it without --cloud',
  };
  return new DiagnosedStop(2, [diagnostic], compiled.artifact.sources);
}

function refuseUnattended(compiled: Compiled, step: AwaitingStep): Stop {
  const { file, line, column } = placeOf(compiled, step);
  const message = `step "${step.id}" (${file}:${line}:${column}) asks a person, and nobody is at a terminal here`;
  return new Stop(2, message, 'run it at a terminal, not in CI or a pipe');
}
