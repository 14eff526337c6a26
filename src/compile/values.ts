import { misfit } from '../artifact/fitting.ts';
import type { Template } from '../artifact/texts.ts';
import type { InputDeclaration, NamedValues, VariableDeclaration } from '../artifact/types.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import { placeOf } from '../diagnostics/source.ts';
import type { Entry, EntryList } from '../journey/map-shapes.ts';
import { type Node, nodeValue, type TextNode } from '../journey/node.ts';
import type { ParsedInput } from '../journey/values.ts';
import { parsePattern } from '../query/regex.ts';
import { parseTemplate } from '../query/template.ts';
import { atOf, type Compiling, reportError } from './compiling.ts';
import { compileTemplate } from './expression.ts';
import { checkIdentifier } from './identifier.ts';

/** An input is recorded, and checked against its type, before the run begins: nothing can be calculated by then. */
function compilePlain(compiling: Compiling, input: InputDeclaration, node: Node): Template {
  const value = nodeValue(node);
  const parsed = parseTemplate(value);
  if (!parsed.ok || !parsed.template.constant) {
    const message = `input "${input.name}" takes a plain value`;
    const fix = 'calculate it in variables, or give what the shell has in the inputs of an environment';
    reportError(compiling, 'expression-in-input', node.span, message, fix);
    return value;
  }
  const problem = misfit(value, input);
  if (problem !== undefined) reportError(compiling, 'input-type', node.span, `"${input.name}" ${problem}`);
  return value;
}

function rulesOf(
  compiling: Compiling,
  value: ParsedInput,
): Omit<InputDeclaration, 'name' | 'at' | 'default'> {
  if (value.pattern !== undefined) {
    const parsed = parsePattern(value.pattern.text);
    if (!parsed.ok) reportError(compiling, 'bad-regex', value.pattern.span, parsed.message);
  }
  const numbers = (['minimum', 'maximum', 'minLength', 'maxLength'] as const).flatMap((name) => {
    const bound = value[name];
    return bound === undefined ? [] : [[name, bound.value] as const];
  });
  checkBounds(compiling, value);
  return {
    ...(value.type === undefined ? {} : { type: value.type.value }),
    ...(value.description === undefined ? {} : { description: value.description.text }),
    ...Object.fromEntries(numbers),
    ...(value.pattern === undefined ? {} : { pattern: value.pattern.text }),
    ...(value.enum === undefined ? {} : { enum: value.enum.items.map(nodeValue) }),
  };
}

/** The types that a rule says something of. */
const typesOfRules = {
  minimum: ['number', 'integer'],
  maximum: ['number', 'integer'],
  minLength: ['string', 'array'],
  maxLength: ['string', 'array'],
  pattern: ['string'],
} as const;

/** A rule that no value of the type could break, or any would, is a mistake. */
function checkBounds(compiling: Compiling, value: ParsedInput): void {
  const type = value.type?.value;
  for (const [name, types] of Object.entries(typesOfRules)) {
    const rule = value[name as keyof typeof typesOfRules];
    if (rule === undefined || type === undefined || types.some((one) => one === type)) continue;
    const message = `${name} is of ${types.join(' and ')}, and this is declared as ${type}`;
    reportError(compiling, 'invalid-value', rule.span, message, 'take one of the two out');
  }
  const pairs = [
    [value.minimum, value.maximum],
    [value.minLength, value.maxLength],
  ] as const;
  for (const [least, most] of pairs) {
    if (least === undefined || most === undefined || least.value <= most.value) continue;
    reportError(compiling, 'invalid-value', most.span, `nothing is between ${least.value} and ${most.value}`);
  }
}

function checkRequired(compiling: Compiling, { key, value }: Entry<ParsedInput>): void {
  const required = value.required;
  if (required === undefined || required.value === (value.default === undefined)) return;
  const message = required.value
    ? `"${key.text}" has a default, so it is not required`
    : `"${key.text}" has no default, so it is required`;
  reportError(
    compiling,
    'invalid-value',
    required.span,
    message,
    required.value ? 'take one of the two out' : 'give it a default: null will do',
  );
}

function compileInput(compiling: Compiling, entry: Entry<ParsedInput>, what: string): InputDeclaration {
  const { key, value } = entry;
  checkIdentifier(compiling, key, what);
  checkRequired(compiling, entry);
  const declaration: InputDeclaration = {
    name: key.text,
    at: atOf(compiling, key.span),
    ...rulesOf(compiling, value),
  };
  if (value.default === undefined) return declaration;
  // null makes it optional, whatever its type.
  if (value.default.kind === 'null') return { ...declaration, default: null };
  return { ...declaration, default: compilePlain(compiling, declaration, value.default) };
}

export function compileInputs(
  compiling: Compiling,
  inputs: EntryList<ParsedInput> | undefined,
  what = 'an input',
): readonly InputDeclaration[] {
  return (inputs?.entries ?? []).map((entry) => compileInput(compiling, entry, what));
}

export function compileVariables(
  compiling: Compiling,
  variables: EntryList<Node> | undefined,
  inputs: EntryList<ParsedInput> | undefined,
): readonly VariableDeclaration[] {
  return (variables?.entries ?? []).map(({ key, value }, index) => {
    checkIdentifier(compiling, key, 'a variable');
    const input = inputs?.entries.find((entry) => entry.key.text === key.text);
    if (input !== undefined) {
      const line = placeOf(compiling.source, input.key.span).line;
      const message = `"${key.text}" is an input too`;
      reportError(
        compiling,
        'duplicate-id',
        key.span,
        message,
        `inputs and variables share their names: see line ${line}`,
      );
    }
    return {
      name: key.text,
      at: atOf(compiling, key.span),
      value: compileTemplate(compiling, { variablesBefore: index }, value),
    };
  });
}

function checkValueName(compiling: Compiling, key: TextNode, what: 'case' | 'preset'): void {
  const known = what === 'preset' ? compiling.variables : [...compiling.inputs, ...compiling.variables];
  if (known.includes(key.text)) return;
  if (compiling.inputs.includes(key.text)) {
    const message = `"${key.text}" is an input, and a preset gives variables`;
    reportError(compiling, 'invalid-value', key.span, message, 'give it in a case');
    return;
  }
  const kind = what === 'preset' ? 'variable' : 'input or variable';
  reportError(
    compiling,
    'unknown-name',
    key.span,
    `there is no ${kind} "${key.text}"`,
    didYouMean(key.text, known),
  );
}

/** What a case or preset gives to an input, or instead of the declaration of a variable, which sees what that sees. */
function compileNamedValue(
  compiling: Compiling,
  { key, value }: Entry<Node>,
  inputs: readonly InputDeclaration[],
): Template {
  const input = inputs.find(({ name }) => name === key.text);
  if (input !== undefined) return compilePlain(compiling, input, value);
  const index = compiling.variables.indexOf(key.text);
  return compileTemplate(compiling, index === -1 ? {} : { variablesBefore: index }, value);
}

/** Cases and presets: named sets of values. */
export function compileNamedValues(
  compiling: Compiling,
  sets: EntryList<EntryList<Node>> | undefined,
  inputs: readonly InputDeclaration[],
  what: 'case' | 'preset',
): readonly NamedValues[] {
  return (sets?.entries ?? []).map((set) => ({
    name: set.key.text,
    at: atOf(compiling, set.key.span),
    values: set.value.entries.map((entry) => {
      checkValueName(compiling, entry.key, what);
      return [entry.key.text, compileNamedValue(compiling, entry, inputs)] as const;
    }),
  }));
}
