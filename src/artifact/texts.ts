import type { Value } from '../query/value.ts';

/**
 * Where a person wrote it: index into `sources`, then line, column, end line, end column
 * (from 1, columns in UTF-16 units, end exclusive).
 */
export type At = readonly [source: number, line: number, column: number, endLine: number, endColumn: number];

/**
 * A value whose strings, and whose objects' keys, may hold `${{ expression }}` (`$${{` is a literal `${{`).
 * Numbers, and the order of members, are as written.
 */
export type Template = Value;

/** A text that may hold `${{ expression }}`. */
export type Text = string;

/** A bare expression, without `${{ }}`. */
export type ExpressionText = string;

/** Names and values in the order written; a name may repeat, and may hold expressions. */
export type Entries = readonly (readonly [name: Text, value: Template])[];
