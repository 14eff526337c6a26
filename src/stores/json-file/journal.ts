import { createHash } from 'node:crypto';
import type { RunEvent } from '../../run/event.ts';
import type { JournalLine } from '../store.ts';
import { readEvents } from './event-codec.ts';

/**
 * A journal is lines of `{"seq":…,"epoch":…,"hash":"…","events":[…]}`, where `hash` is the hex SHA-256 of
 * `previous\nseq\nepoch\nevents`: chain and checksum in one. The first `previous` is the hex SHA-256 of the
 * run's header file. Only these bytes are accepted: no other spaces, order or spelling of numbers.
 */
const head = /^\{"seq":([1-9]\d{0,14}),"epoch":(0|[1-9]\d{0,14}),"hash":"([0-9a-f]{64})","events":/;
const longestHead = 160;
const anyHead = /\{"seq":\d+,"epoch":\d+,"hash":"[0-9a-f]{64}","events":/;
const newline = 0x0a;
const closingBrace = 0x7d;

/** What the next line goes on from. */
export interface Tip {
  readonly seq: number;
  readonly epoch: number;
  readonly hash: string;
  /** The last line finishes the run: nothing comes after it. */
  readonly sealed: boolean;
}

interface BadLine {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** Nothing comes after it, and its hash does not fit: what a write that did not finish looks like. */
  readonly torn: boolean;
}

export interface Journal {
  readonly lines: readonly JournalLine[];
  readonly tip: Tip;
  /** Bytes up to the end of the last good line. */
  readonly length: number;
  readonly bad?: BadLine;
}

export function startOf(header: Uint8Array): Tip {
  return { seq: 0, epoch: 0, hash: createHash('sha256').update(header).digest('hex'), sealed: false };
}

function chain(previous: string, seq: number, epoch: number, events: string | Uint8Array): string {
  return createHash('sha256').update(`${previous}\n${seq}\n${epoch}\n`).update(events).digest('hex');
}

/** The next line, as its bytes in the file. `events` is the JSON text of an array. */
export function renderLine(tip: Tip, epoch: number, events: string): { hash: string; bytes: Buffer } {
  const seq = tip.seq + 1;
  const hash = chain(tip.hash, seq, epoch, events);
  const text = `{"seq":${seq},"epoch":${epoch},"hash":"${hash}","events":${events}}\n`;
  return { hash, bytes: Buffer.from(text) };
}

export function sealsRun(events: readonly RunEvent[]): boolean {
  return events.at(-1)?.type === 'run.finished';
}

/** Reads a journal up to its end, or to the first line that is not as it was written. */
export function readJournal(header: Uint8Array, bytes: Buffer): Journal {
  const lines: JournalLine[] = [];
  let tip = startOf(header);
  let length = 0;
  while (length < bytes.length) {
    const end = bytes.indexOf(newline, length);
    const read = readLine(tip, bytes.subarray(length, end === -1 ? bytes.length : end + 1));
    if ('message' in read) {
      const torn = read.torn && (end === -1 || end === bytes.length - 1) && isOneLine(bytes, length);
      return { lines, tip, length, bad: { line: tip.seq + 1, message: read.message, torn } };
    }
    lines.push(read);
    tip = { seq: read.seq, epoch: read.epoch, hash: read.hash, sealed: sealsRun(read.events) };
    length = end + 1;
  }
  return { lines, tip, length };
}

/** Two lines whose newline was damaged are no torn one: the first of them may have been acknowledged. */
function isOneLine(bytes: Buffer, start: number): boolean {
  return !anyHead.test(bytes.toString('latin1', start + 1));
}

interface Damage {
  readonly message: string;
  readonly torn: boolean;
}

function damaged(message: string, torn = true): Damage {
  return { message, torn };
}

/** `line` is with its newline, if it has one. */
function readLine(tip: Tip, line: Buffer): JournalLine | Damage {
  if (tip.sealed) return damaged('the run was finished by the line before', false);
  if (line.at(-1) !== newline) return damaged('the line does not end');
  const match = head.exec(line.toString('latin1', 0, longestHead));
  if (match === null || line.at(-2) !== closingBrace) return damaged('not a line of a journal');
  const [{ length: start }, seqText, epochText, hash = ''] = match;
  const seq = Number(seqText);
  const epoch = Number(epochText);
  const events = line.subarray(start, -2);
  if (chain(tip.hash, tip.seq + 1, epoch, events) !== hash || seq !== tip.seq + 1) {
    return damaged('its hash does not fit what it says and the line before');
  }
  // From here on the bytes are as they were written, so what is wrong was never torn.
  if (epoch < tip.epoch) return damaged(`epoch ${epoch} comes after epoch ${tip.epoch}`, false);
  try {
    return { seq, epoch, hash, events: readEvents(events.toString('utf8')) };
  } catch (error) {
    return damaged(`its events cannot be read (${String(error)})`, false);
  }
}
