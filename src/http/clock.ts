/** Milliseconds that only go forward. The global `performance` loads node:perf_hooks, which costs a start more than a request. */
export function readClockMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
