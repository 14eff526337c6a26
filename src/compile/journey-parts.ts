import type { Output } from '../artifact/judgement.ts';
import type { Journey } from '../journey/journey.ts';
import type { Entry } from '../journey/map-shapes.ts';
import type { TextNode } from '../journey/node.ts';
import type { ParsedOutput } from '../journey/output.ts';
import { checkActors } from './actor.ts';
import type { JourneyParts } from './compilation.ts';
import { type Compiling, reportError } from './compiling.ts';
import { warnCredentials } from './credentials.ts';
import { compileOutput } from './outputs.ts';
import { compileSteps, withReads } from './steps.ts';
import { compileInputs, compileVariables } from './values.ts';

function checkName(compiling: Compiling, name: TextNode): void {
  if (name.text.trim() !== '' && !/[/\\]|\.(?:ya?ml|json)$/.test(name.text)) return;
  const message = `"${name.text}" cannot be told from a path`;
  reportError(compiling, 'invalid-value', name.span, message, 'a name has no slash, and no ending of a file');
}

function checkSteps(compiling: Compiling, { steps }: Journey): void {
  if (steps.items.length === 0 && steps.span.end - steps.span.start <= 2) {
    reportError(compiling, 'missing-key', steps.span, 'a journey needs a step');
  }
}

/** What a journey gives to the step that it is: taken after its last step. */
function compileOutputs(compiling: Compiling, outputs: readonly Entry<ParsedOutput>[]): readonly Output[] {
  const names = outputs.map(({ key }) => key.text);
  return outputs.map((entry, index) => {
    const after = { outputs: names.slice(0, index), answer: false };
    return compileOutput(compiling, { atEnd: true, after }, entry);
  });
}

/** All of a journey but its cases and presets, which only the journey that is run has. */
export function compileParts(compiling: Compiling, journey: Journey): JourneyParts {
  const { defaults } = journey;
  checkName(compiling, journey.name);
  checkSteps(compiling, journey);
  checkActors(compiling, journey.actors);
  warnCredentials(compiling, defaults ?? {});
  const inputs = compileInputs(compiling, journey.inputs);
  const variables = compileVariables(compiling, journey.variables, journey.inputs);
  const steps = compileSteps(compiling, journey.steps.items, { defaults });
  const cleanup = compileSteps(compiling, journey.cleanup?.items ?? [], { defaults, cleanup: 'journey' });
  const outputs = compileOutputs(compiling, journey.outputs?.entries ?? []);
  return {
    name: journey.name.text,
    inputs,
    variables,
    steps: withReads(compiling, steps),
    cleanup: withReads(compiling, cleanup),
    outputs,
  };
}
