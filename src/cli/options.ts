import { nearest } from '../diagnostics/did-you-mean.ts';
import { parseDuration } from '../query/duration.ts';
import { Stop } from './stop.ts';

/** Collects the values of an option that may be given several times, one value each. */
export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** Milliseconds of a duration option. */
export function durationOption(name: string): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text);
    if (ms === undefined || ms <= 0)
      throw new Stop(2, `${name} takes a duration, not "${text}"`, 'like 500ms, 30s, 5m, 1h');
    return ms;
  };
}

export function countOption(name: string): (text: string) => number {
  return (text) => {
    if (!/^[1-9]\d{0,8}$/.test(text)) throw new Stop(2, `${name} takes a whole number from 1, not "${text}"`);
    return Number(text);
  };
}

const formats = ['pretty', 'json', 'sarif', 'github'] as const;
export type DiagnosticFormat = (typeof formats)[number];

export function formatOption(text: string): DiagnosticFormat {
  const format = formats.find((one) => one === text);
  if (format !== undefined) return format;
  const [near] = nearest(text, formats);
  const hint = near === undefined ? `known: ${formats.join(', ')}` : `did you mean "${near}"?`;
  throw new Stop(2, `there is no format "${text}"`, hint);
}

export interface ReporterChoice {
  readonly name: string;
  readonly file?: string;
}

const reporters = ['pretty', 'json', 'jsonl', 'junit'];

/** `junit=report.xml`; a reporter without a file writes to stdout. */
export function reporterOption(text: string, before: readonly ReporterChoice[] = []): ReporterChoice[] {
  const at = text.indexOf('=');
  const name = at === -1 ? text : text.slice(0, at);
  if (!reporters.includes(name)) {
    const near = nearest(name, reporters);
    const hint = near.length > 0 ? `did you mean "${near[0]}"?` : `known: ${reporters.join(', ')}`;
    throw new Stop(2, `there is no reporter "${name}"`, hint);
  }
  const file = at === -1 ? undefined : text.slice(at + 1);
  if (file === '') throw new Stop(2, `--reporter ${text} names no file`, `write ${text}FILE`);
  return [...before, file === undefined ? { name } : { name, file }];
}
