import type { Evidence, EvidenceError } from '../run/outcome.ts';

/** What went wrong, but for what an assertion says in its own place: it could not read a value. */
export function errorsOf({ error, furtherErrors = [], assertions }: Evidence): readonly EvidenceError[] {
  if (error === undefined) return [];
  const isTold = ({ place, message }: EvidenceError): boolean =>
    place !== undefined &&
    assertions.some(
      (one) =>
        one.note === message &&
        one.file === place.file &&
        one.line === place.line &&
        one.column === place.column,
    );
  return [error, ...furtherErrors].filter((one) => !isTold(one));
}
