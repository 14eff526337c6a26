import { namespaces } from './cel-functions.ts';
import { roots, typeNames } from './cel-tree.ts';

/** Names that a loop cannot give its element: an expression reads them as something else, or not at all. */
export const reservedNames: ReadonlySet<string> = new Set([
  ...roots,
  ...['index', 'repeat', 'values', 'row', 'callbacks'],
  ...typeNames,
  ...namespaces,
  'cel',
  // CEL's own words (language definition, "Syntax").
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if'],
  ...['import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
]);
