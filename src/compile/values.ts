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

/** A literal of the journey: an escaped `$${{` is unescaped, an expression is refused. */
function compileLiteral(compiling: Compiling, node: Node, what: string): Template {
  const parsed = parseTemplate(nodeValue(node));
  if (!parsed.ok || !parsed.template.constant) {
    const message = `expressions in ${what} are not supported yet`;
    reportError(compiling, 'not-supported-yet', node.span, message, 'a variable can be calculated');
  }
  return nodeValue(node);
}

function checkFit(compiling: Compiling, name: string, node: Node, input: InputDeclaration | undefined): void {
  if (input === undefined) return;
  const problem = misfit(nodeValue(node), input);
  if (problem !== undefined) reportError(compiling, 'input-type', node.span, `"${name}" ${problem}`);
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
  return {
    ...(value.type === undefined ? {} : { type: value.type.value }),
    ...(value.description === undefined ? {} : { description: value.description.text }),
    ...Object.fromEntries(numbers),
    ...(value.pattern === undefined ? {} : { pattern: value.pattern.text }),
    ...(value.enum === undefined ? {} : { enum: value.enum.items.map(nodeValue) }),
  };
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
  if (value.default.kind !== 'null') checkFit(compiling, key.text, value.default, declaration);
  return { ...declaration, default: compileLiteral(compiling, value.default, 'defaults of inputs') };
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

/** Cases and presets: named sets of literals. */
export function compileNamedValues(
  compiling: Compiling,
  sets: EntryList<EntryList<Node>> | undefined,
  inputs: readonly InputDeclaration[],
  what: 'case' | 'preset',
): readonly NamedValues[] {
  return (sets?.entries ?? []).map((set) => ({
    name: set.key.text,
    at: atOf(compiling, set.key.span),
    values: set.value.entries.map(({ key, value }) => {
      checkValueName(compiling, key, what);
      const literal = compileLiteral(compiling, value, `${what}s`);
      checkFit(
        compiling,
        key.text,
        value,
        inputs.find(({ name }) => name === key.text),
      );
      return [key.text, literal] as const;
    }),
  }));
}
