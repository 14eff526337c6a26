import { checkCallback } from './callback-reads.ts';
import { type Compiling, reportError } from './compiling.ts';
import type { PlanStep } from './plan.ts';
import { type Position, repeatNames } from './position.ts';
import { checkName, checkResponsePart, type Read, reportWhole } from './reference.ts';
import { checkStepRead } from './step-reads.ts';

function useAll(used: Set<string>, name: string | undefined, all: readonly string[]): void {
  for (const one of name === undefined ? all : [name]) used.add(one);
}

function checkVariable(compiling: Compiling, position: Position, read: Read): void {
  const rule = {
    code: 'unknown-variable',
    missing: (name: string) => `there is no variable "${name}"`,
    known: compiling.variables,
  } as const;
  if (!checkName(compiling, read, 1, rule)) return;
  const name = read.reference.path[1];
  const before = position.variablesBefore;
  const index = name === undefined ? 0 : compiling.variables.indexOf(name);
  const span = read.reference.spans[1];
  if (before !== undefined && index >= before && span !== undefined) {
    const message = index === before ? `"${name}" refers to itself` : `"${name}" is declared further down`;
    reportError(
      compiling,
      'forward-reference',
      read.locate(span),
      message,
      'a variable sees those before it',
    );
    return;
  }
  useAll(
    compiling.usage.variables,
    name,
    before === undefined ? compiling.variables : compiling.variables.slice(0, before),
  );
}

function checkEnvironmentValue(compiling: Compiling, read: Read): void {
  const name = read.reference.path[1];
  if (name === undefined) return;
  compiling.usage.values.add(name);
  const known = compiling.project.values;
  if (known === undefined) return;
  checkName(compiling, read, 1, {
    code: 'unknown-value',
    missing: (name) => `no environment has a value "${name}"`,
    known,
    none: 'no environment gives values',
  });
}

function checkService(compiling: Compiling, read: Read): void {
  const known = compiling.project.services;
  const none = 'the project has no service';
  if (
    !checkName(compiling, read, 1, {
      code: 'unknown-service',
      missing: (name: string) => `there is no service "${name}"`,
      known,
      none,
    })
  )
    return;
  checkName(compiling, read, 2, {
    code: 'unknown-name',
    missing: (name) => `a service has no "${name}"`,
    known: ['url'],
  });
  const name = read.reference.path[1];
  if (name !== undefined) compiling.usage.services.add(name);
}

function checkOwnOutput(
  compiling: Compiling,
  step: PlanStep | undefined,
  known: readonly string[],
  read: Read,
): void {
  const rule = {
    code: 'unknown-output',
    missing: (name: string) => `this step has no output "${name}"`,
    known,
    none: 'the step has no outputs',
  } as const;
  if (!checkName(compiling, read, 1, rule) || step === undefined) return;
  const name = read.reference.path[1];
  for (const output of name === undefined ? known : [name])
    compiling.usage.outputs.add(`${step.id}.${output}`);
}

/** `response`, `request` and `outputs`: of the step itself, after its answer. */
function checkOwn(compiling: Compiling, position: Position, read: Read): void {
  const root = read.reference.path[0];
  const { after, step } = position;
  const sendsNothing = step?.isCommand === true || step?.isSignal === true;
  const isAnswer = after?.answer === true && !(root === 'request' && sendsNothing);
  if (after !== undefined && (root === 'outputs' || isAnswer)) {
    if (root === 'outputs') checkOwnOutput(compiling, step, after.outputs, read);
    if (root === 'response') checkResponsePart(compiling, read, 1, step);
    return;
  }
  const span = read.reference.spans[0] ?? { start: 0, end: 0 };
  const where = after === undefined ? 'is not there yet' : 'is there only in a step with a request';
  const fix = 'outputs and assertions of a request see it';
  reportError(compiling, 'out-of-scope', read.locate(span), `"${root}" ${where}`, fix);
}

const runParts: Readonly<Record<string, readonly string[]>> = {
  run: ['id'],
  journey: ['name'],
  case: ['name'],
  row: ['index'],
};

function checkInput(compiling: Compiling, read: Read): void {
  const known = compiling.inputs;
  const rule = {
    code: 'unknown-input',
    missing: (name: string) => `there is no input "${name}"`,
    known,
    none: 'the journey declares none',
  } as const;
  if (checkName(compiling, read, 1, rule)) useAll(compiling.usage.inputs, read.reference.path[1], known);
}

function checkSecret(compiling: Compiling, read: Read): void {
  const name = read.reference.path[1];
  if (name === undefined) reportWhole(compiling, read, 'secrets.NAME');
  else compiling.usage.secrets.add(name);
}

function checkShell(compiling: Compiling, read: Read): void {
  const span = read.reference.spans[0] ?? { start: 0, end: 0 };
  const fix = 'give it as a value of the environment, and read env.NAME';
  reportError(
    compiling,
    'out-of-scope',
    read.locate(span),
    'the shell can be read in environments alone',
    fix,
  );
}

function checkRepeat(compiling: Compiling, position: Position, read: Read): void {
  checkName(compiling, read, 1, {
    code: 'unknown-name',
    missing: (name) => `nothing sets repeat.${name}`,
    known: repeatNames(position) ?? [],
    none: 'repeat sets nothing',
  });
}

function checkTemplateValue(compiling: Compiling, read: Read): void {
  checkName(compiling, read, 1, {
    code: 'unknown-input',
    missing: (name) => `the template has no value "${name}"`,
    known: compiling.templateValues ?? [],
    none: 'it declares none',
  });
}

type RootCheck = (compiling: Compiling, position: Position, read: Read) => void;

const rootChecks: ReadonlyMap<string, RootCheck> = new Map<string, RootCheck>([
  ['inputs', (compiling, _, read) => checkInput(compiling, read)],
  ['variables', checkVariable],
  ['env', (compiling, _, read) => checkEnvironmentValue(compiling, read)],
  ['services', (compiling, _, read) => checkService(compiling, read)],
  ['secrets', (compiling, _, read) => checkSecret(compiling, read)],
  ['shell', (compiling, _, read) => checkShell(compiling, read)],
  ['callbacks', checkCallback],
  ['steps', checkStepRead],
  ['response', checkOwn],
  ['request', checkOwn],
  ['outputs', checkOwn],
  ['repeat', checkRepeat],
  ['values', (compiling, _, read) => checkTemplateValue(compiling, read)],
]);

const seenByTemplates = ['values', 'env', 'secrets', 'services', 'response', 'request', 'outputs', 'shell'];

/** A template is written once, and used in journeys that it knows nothing of. */
function checkSeenByTemplate(compiling: Compiling, read: Read): boolean {
  const root = read.reference.path[0] ?? '';
  const span = read.reference.spans[0];
  if (compiling.templateValues === undefined || span === undefined || seenByTemplates.includes(root))
    return true;
  const message = `a template does not see "${root}"`;
  reportError(compiling, 'out-of-scope', read.locate(span), message, 'take it as a value: values.NAME');
  return false;
}

function checkSeenByService(compiling: Compiling, read: Read): boolean {
  const root = read.reference.path[0] ?? '';
  const span = read.reference.spans[0];
  if (compiling.answerAlone === undefined || span === undefined || /^(?:response|request)$/.test(root)) {
    return true;
  }
  const message = `the retry of a service does not see "${root}"`;
  const fix = 'it reads response and request; a step may have a retry of its own';
  reportError(compiling, 'out-of-scope', read.locate(span), message, fix);
  return false;
}

/** Checks one name path of an expression, and notes what it uses. */
export function checkReference(compiling: Compiling, position: Position, read: Read): void {
  if (!checkSeenByTemplate(compiling, read) || !checkSeenByService(compiling, read)) return;
  const root = read.reference.path[0] ?? '';
  const check = rootChecks.get(root);
  if (check !== undefined) {
    check(compiling, position, read);
    return;
  }
  // The element of a loop, and its index, may be anything.
  const known = runParts[root];
  if (known === undefined) return;
  const missing = (name: string): string => `"${root}" has no "${name}"`;
  checkName(compiling, read, 1, { code: 'unknown-name', missing, known });
}
