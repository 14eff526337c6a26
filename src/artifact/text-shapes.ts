import { anything, isCount, isListOf, isText, isTuple } from './check.ts';

/** A place in a source: file, line, column, end line, end column. */
export const at = isTuple(isCount, isCount, isCount, isCount, isCount);
export const texts = isListOf(isText);
/** Names and their values, in the order written. */
export const entries = isListOf(isTuple(isText, anything));
