import type { Output } from '../artifact/judgement.ts';
import type { Entry } from '../journey/map-shapes.ts';
import type { Node } from '../journey/node.ts';
import type { ParsedOutput } from '../journey/output.ts';
import { atOf, type Compiling } from './compiling.ts';
import { compileTemplate, referencesIn } from './expression.ts';
import { checkIdentifier } from './identifier.ts';
import type { Position } from './position.ts';
import { compileTarget } from './target.ts';

export function compileOutput(
  compiling: Compiling,
  position: Position,
  { key, value }: Entry<ParsedOutput>,
): Output {
  checkIdentifier(compiling, key, 'an output');
  const { secret, optional } = value;
  const { filters } = value.target;
  const fallback =
    value.default === undefined ? {} : { default: compileTemplate(compiling, position, value.default) };
  return {
    name: key.text,
    at: atOf(compiling, key.span),
    target: compileTarget(compiling, position, value.target),
    ...(filters === undefined ? {} : { filters }),
    ...(secret === undefined ? {} : { secret }),
    ...(optional === undefined ? {} : { optional }),
    ...fallback,
  };
}

/** A member of `set`: a calculated value. */
export function compileSetValue(
  compiling: Compiling,
  position: Position,
  { key, value }: Entry<Node>,
): Output {
  checkIdentifier(compiling, key, 'an output');
  const expression = compileTemplate(compiling, position, value);
  return { name: key.text, at: atOf(compiling, key.span), target: { kind: 'value', expression } };
}

/** What is calculated from a secret is one: no masking finds it in another form than it knows. */
export function markSecret(compiling: Compiling, position: Position, output: Output): Output {
  const { secretOutputs } = compiling.usage;
  const id = position.step?.id ?? '';
  const isSecret =
    output.secret === true ||
    (output.target.kind === 'value' &&
      referencesIn(compiling, position, output.target.expression).some(({ path }) =>
        readsSecret(secretOutputs, id, path),
      ));
  if (!isSecret) return output;
  secretOutputs.add(`${id}.${output.name}`);
  return { ...output, secret: true };
}

function readsSecret(secretOutputs: ReadonlySet<string>, id: string, path: readonly string[]): boolean {
  const [root, first = '', second, third = ''] = path;
  if (root === 'secrets') return true;
  if (root === 'outputs') return secretOutputs.has(`${id}.${first}`);
  return root === 'steps' && second === 'outputs' && secretOutputs.has(`${first}.${third}`);
}
