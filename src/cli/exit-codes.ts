/** `reqflo help exit-codes`; the same numbers are in every JSON result. */
export const exitCodes: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'all passed, or the command did its job; accepted, with --detach'],
  ['1', 'an assertion failed; with fmt --check, a file is not in the canonical style'],
  ['2', 'usage, configuration, a missing or unfit input, or a journey that does not compile'],
  [
    '3',
    'the run could not be carried out: connection, TLS, timeout, a value, secret or service that is missing; or a report was not written',
  ],
  ['4', 'not allowed: the runner did not take the token'],
  ['5', 'the runner cannot be reached, or contact was lost while following'],
  ['6', 'canceled, or out of time'],
  ['7', 'nothing matched: no such run, no journey'],
  ['8', 'still queued, running, waiting or interrupted'],
  ['70', 'a bug of reqflo'],
  ['129', 'ended by SIGHUP; 130 by SIGINT, 143 by SIGTERM'],
];

export function renderExitCodes(): string {
  const rows = exitCodes.map(([code, meaning]) => `  ${code.padEnd(9)} ${meaning}`);
  return `Exit codes\n\n${rows.join('\n')}\n\nOf several runs the worst counts, in the order 70, 2, 4, 5, 8, 6, 3, 1, 7, 0.\n`;
}
