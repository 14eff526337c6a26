import type { Duration, Timestamp } from './cel-instant.ts';
import { settle } from './cel-operators.ts';
import {
  type CelList,
  type CelMap,
  type CelType,
  type CelValue,
  type Optional,
  type TypeName,
  typeNameOf,
  type Uint,
  withArticle,
} from './cel-value.ts';
import { Fault, type Scope } from './evaluation.ts';

interface Types {
  null: null;
  bool: boolean;
  int: bigint;
  double: number;
  string: string;
  bytes: Uint8Array;
  uint: Uint;
  list: CelList;
  map: CelMap;
  timestamp: Timestamp;
  duration: Duration;
  type: CelType;
  optional: Optional;
  dyn: CelValue;
}

export type ParameterType = TypeName | 'dyn';

type Arguments<T extends readonly ParameterType[]> = { readonly [K in keyof T]: Types[T[K]] };

/** One way to call a function. Of a method the first parameter is what stands before the dot. */
export interface Overload {
  readonly parameters: readonly ParameterType[];
  /** The last parameter may be given any number of times, at least once. */
  readonly repeats: boolean;
  readonly result: ParameterType;
  readonly run: (args: never, scope: Scope) => CelValue;
}

/** Functions by name: `size`, `.charAt` for a method, `math.abs` for one in a namespace. */
export type FunctionTable = Readonly<Record<string, readonly Overload[]>>;

export function overload<const T extends readonly ParameterType[]>(
  parameters: T,
  result: ParameterType,
  run: (args: Arguments<T>, scope: Scope) => CelValue,
): Overload {
  return { parameters, repeats: false, result, run };
}

/** Takes one or more values of a type. */
export function variadic<T extends ParameterType>(
  parameter: T,
  result: ParameterType,
  run: (args: readonly Types[T][]) => CelValue,
): Overload {
  return { parameters: [parameter], repeats: true, result, run };
}

export function takesCount({ parameters, repeats }: Overload, count: number): boolean {
  return repeats ? count >= parameters.length : count === parameters.length;
}

function fitsType(type: TypeName, parameter: ParameterType, widen: boolean): boolean {
  return parameter === 'dyn' || parameter === type || (widen && parameter === 'double' && type === 'int');
}

function convert(value: CelValue, parameter: ParameterType): CelValue {
  if (parameter === 'dyn') return value;
  return parameter === 'double' && typeof value === 'bigint' ? Number(value) : settle(value);
}

function parameterAt(one: Overload, index: number): ParameterType {
  return one.parameters[Math.min(index, one.parameters.length - 1)] ?? 'dyn';
}

function find(
  overloads: readonly Overload[],
  args: readonly CelValue[],
  widen: boolean,
): Overload | undefined {
  return overloads.find(
    (one) =>
      takesCount(one, args.length) &&
      args.every((value, index) => fitsType(typeNameOf(value), parameterAt(one, index), widen)),
  );
}

/** Whether arguments of these types may be given; undefined: of any type. */
export function parametersFit(one: Overload, args: readonly (readonly TypeName[] | undefined)[]): boolean {
  return (
    takesCount(one, args.length) &&
    args.every(
      (types, index) =>
        types === undefined || types.some((type) => fitsType(type, parameterAt(one, index), true)),
    )
  );
}

/** Why a call has no meaning, by the types of its arguments. */
export function describeCall(
  name: string,
  overloads: readonly Overload[],
  args: readonly (readonly TypeName[] | undefined)[],
): { readonly message: string; readonly fix: string } {
  const isMethod = name.startsWith('.');
  const bare = isMethod ? name.slice(1) : name;
  const names = args.map((types) => types?.[0] ?? 'dyn');
  const [receiver = 'dyn', ...rest] = names;
  const wanted = overloads.map(({ parameters }) => {
    const [first, ...others] = parameters;
    return isMethod ? `${first}.${bare}(${others.join(', ')})` : `${bare}(${parameters.join(', ')})`;
  });
  const fix = `there is ${wanted.slice(0, 4).join(', ')}`;
  // Without a receiver of a fitting type the short form says more.
  const fits =
    receiver === 'dyn' ||
    overloads.some(({ parameters }) => fitsType(receiver, parameters[0] ?? 'dyn', true));
  if (isMethod && !fits) return { message: `${withArticle(receiver)} has no ${bare}()`, fix };
  const given = (isMethod ? rest : names).join(', ');
  const call = isMethod ? `${receiver}.${bare}(${given})` : `${bare}(${given})`;
  return { message: `${call} has no meaning`, fix };
}

function refuse(name: string, overloads: readonly Overload[], args: readonly CelValue[]): never {
  const { message, fix } = describeCall(
    name,
    overloads,
    args.map((value) => [typeNameOf(value)]),
  );
  throw new Fault(message, fix);
}

/** Calls the overload that fits the arguments; an int may stand where only a double fits. */
export function callFunction(
  name: string,
  overloads: readonly Overload[],
  args: readonly CelValue[],
  scope: Scope,
): CelValue {
  const chosen = find(overloads, args, false) ?? find(overloads, args, true) ?? refuse(name, overloads, args);
  const converted = args.map((value, index) => convert(value, parameterAt(chosen, index)));
  return chosen.run(converted as never, scope);
}
