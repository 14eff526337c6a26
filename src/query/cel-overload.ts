import type { Duration, Timestamp } from './cel-instant.ts';
import { settle } from './cel-operators.ts';
import {
  type CelList,
  type CelMap,
  type CelType,
  type CelValue,
  describeType,
  type Optional,
  type TypeName,
  typeNameOf,
  type Uint,
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

function fitsType(value: CelValue, parameter: ParameterType, widen: boolean): boolean {
  const type = typeNameOf(value);
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
      args.every((value, index) => fitsType(value, parameterAt(one, index), widen)),
  );
}

function refuse(name: string, overloads: readonly Overload[], args: readonly CelValue[]): never {
  const isMethod = name.startsWith('.');
  const bare = isMethod ? name.slice(1) : name;
  const [receiver, ...rest] = args;
  const given = (isMethod ? rest : args).map(typeNameOf).join(', ');
  const wanted = overloads.map(({ parameters }) => {
    const [first, ...others] = parameters;
    return isMethod ? `${first}.${bare}(${others.join(', ')})` : `${bare}(${parameters.join(', ')})`;
  });
  const call = isMethod ? `${typeNameOf(receiver ?? null)}.${bare}(${given})` : `${bare}(${given})`;
  const fix = `there is ${wanted.slice(0, 4).join(', ')}`;
  // Without a receiver of a fitting type the short form says more.
  const fits = overloads.some(({ parameters }) => fitsType(receiver ?? null, parameters[0] ?? 'dyn', true));
  if (isMethod && !fits) throw new Fault(`${describeType(receiver ?? null)} has no ${bare}()`, fix);
  throw new Fault(`${call} has no meaning`, fix);
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
