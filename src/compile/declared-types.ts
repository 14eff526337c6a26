import type { DeclaredTypes } from '../query/expression.ts';
import type { Compiling } from './compiling.ts';

type Types = ReturnType<DeclaredTypes>;

/** What inputs declare to be, in the types of CEL: JSON has one kind of number, which is an int where it has no fraction. */
const ofInputs: ReadonlyMap<string, Types> = new Map<string, Types>([
  ['string', ['string']],
  ['integer', ['int', 'double']],
  ['number', ['int', 'double']],
  ['boolean', ['bool']],
  ['array', ['list']],
  ['object', ['map']],
]);

/** Names that are texts wherever they are, `*` for any name. */
const texts = new Set(['secrets.*', 'services.*.url', 'steps.*.state', 'run.id', 'journey.name']);

/** Of an answer, and of a command. */
const numbers = new Set(['response.status', 'steps.*.response.status']);

/** The types of names where they are known before anything runs. */
export function declaredTypes({ inputTypes, templateValues }: Compiling): DeclaredTypes {
  return ([root = '', name = '', ...rest]) => {
    if (root === 'inputs' && templateValues === undefined && rest.length === 0) {
      return ofInputs.get(inputTypes.get(name) ?? '');
    }
    const paths = [[root, name, ...rest].join('.'), [root, '*', ...rest].join('.')];
    if (paths.some((path) => numbers.has(path))) return ['int'];
    return paths.some((path) => texts.has(path)) ? ['string'] : undefined;
  };
}
