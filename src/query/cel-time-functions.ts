import type { Timestamp } from './cel-instant.ts';
import { type FunctionTable, type Overload, overload } from './cel-overload.ts';
import { Fault } from './evaluation.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const numeric = 'numeric' as const;
  const fields = {
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  };
  try {
    const created = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...fields });
    formats.set(zone, created);
    return created;
  } catch {
    throw new Fault(`"${zone}" is no time zone, like Europe/Berlin or +02:00`);
  }
}

/** A date whose UTC fields are the wall clock's in the zone. */
function inZone(time: Timestamp, zone: string): Date {
  const utc = time.milliseconds;
  const offset = /^([+-]?)(\d\d):(\d\d)$/.exec(zone);
  if (offset !== null) {
    const [, sign, hours, minutes] = offset;
    const shift = (Number(hours) * 60 + Number(minutes)) * 60_000;
    return new Date(sign === '-' ? utc - shift : utc + shift);
  }
  const parts = new Map(
    formatFor(zone)
      .formatToParts(utc)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const date = new Date(0);
  date.setUTCFullYear(part('year'), part('month') - 1, part('day'));
  date.setUTCHours(part('hour'), part('minute'), part('second'), ((utc % 1000) + 1000) % 1000);
  return date;
}

function dayOfYear(date: Date): number {
  const start = new Date(date);
  start.setUTCMonth(0, 1);
  return Math.round((date.getTime() - start.getTime()) / 86_400_000);
}

function reader(read: (date: Date) => number): readonly [Overload, Overload] {
  return [
    overload(['timestamp'], 'int', ([time]) => BigInt(read(new Date(time.milliseconds)))),
    overload(['timestamp', 'string'], 'int', ([time, zone]) => BigInt(read(inZone(time, zone)))),
  ];
}

function durationReader(unitNanos: bigint): Overload {
  return overload(['duration'], 'int', ([duration]) => duration.nanos / unitNanos);
}

const second = 1_000_000_000n;

/** The parts of timestamps and durations; months, days of the year and week count from 0, dates from 1. */
export const timeFunctions: FunctionTable = {
  '.getFullYear': reader((date) => date.getUTCFullYear()),
  '.getMonth': reader((date) => date.getUTCMonth()),
  '.getDate': reader((date) => date.getUTCDate()),
  '.getDayOfMonth': reader((date) => date.getUTCDate() - 1),
  '.getDayOfWeek': reader((date) => date.getUTCDay()),
  '.getDayOfYear': reader(dayOfYear),
  '.getHours': [...reader((date) => date.getUTCHours()), durationReader(3600n * second)],
  '.getMinutes': [...reader((date) => date.getUTCMinutes()), durationReader(60n * second)],
  '.getSeconds': [...reader((date) => date.getUTCSeconds()), durationReader(second)],
  '.getMilliseconds': [
    ...reader((date) => date.getUTCMilliseconds()),
    overload(['duration'], 'int', ([duration]) => (duration.nanos % second) / 1_000_000n),
  ],
};
