import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ExactNumber } from '../../../src/query/value.ts';
import type { RunEvent } from '../../../src/run/event.ts';
import { renderEvents } from '../../../src/stores/json-file/event-codec.ts';
import { readJournal, renderLine, startOf } from '../../../src/stores/json-file/journal.ts';
import { finished, runFinished, started } from './sample.ts';

const header = Buffer.from('{"format":"reqflo-run/1"}\n');

function journalOf(...appends: readonly (readonly RunEvent[])[]): Buffer {
  let tip = startOf(header);
  const lines = appends.map((events) => {
    const { hash, bytes } = renderLine(tip, 1, renderEvents(events));
    tip = { ...tip, seq: tip.seq + 1, hash };
    return bytes;
  });
  return Buffer.concat(lines);
}

describe('a line', () => {
  test('is its number, epoch, hash and events, and the hash covers the line before', () => {
    const [line = ''] = journalOf([started]).toString().split('\n');
    const { seq, epoch, hash } = JSON.parse(line);
    const events = line.slice(line.indexOf('"events":') + '"events":'.length, -1);
    const first = createHash('sha256').update(header).digest('hex');
    const expected = createHash('sha256').update(`${first}\n1\n1\n${events}`).digest('hex');
    expect({ seq, epoch, hash }).toEqual({ seq: 1, epoch: 1, hash: expected });
    expect(line).toBe(`{"seq":1,"epoch":1,"hash":"${hash}","events":${renderEvents([started])}}`);
  });

  test('gives its events back exactly', () => {
    const event = finished('pay', {
      outcome: {
        state: 'passed',
        sent: 'yes',
        startedAt: 1,
        at: 2,
        outputs: {
          total: new ExactNumber('10.0'),
          pin: new Uint8Array([0, 255]),
          $number: 'mine',
          z: 1,
          a: 2,
        },
      },
    });
    const { lines } = readJournal(header, journalOf([event]));
    expect(lines[0]?.events).toEqual([event]);
    expect(renderEvents(lines[0]?.events ?? [])).toBe(renderEvents([event]));
  });
});

describe('reading', () => {
  const open = journalOf([started], [finished('login')], [finished('pay')]);
  const ends = [...open.keys()].filter((at) => open[at] === 0x0a).map((at) => at + 1);
  const [, second = 0, third = 0] = ends;
  const others = [0x00, 0x0a, 0x20, 0x2c, 0x30, 0x5c, 0x7d, 0xff];

  test('takes an undamaged journal whole', () => {
    expect(readJournal(header, open)).toMatchObject({ length: open.length, tip: { seq: 3, sealed: false } });
  });

  test('finds every changed byte, and calls no line torn but the last', () => {
    let changes = 0;
    for (const at of open.keys()) {
      for (const other of [...others, (open[at] ?? 0) ^ 1, (open[at] ?? 0) ^ 0x80]) {
        if (other === open[at]) continue;
        const bytes = Buffer.from(open);
        bytes[at] = other;
        const { bad, lines, length } = readJournal(header, bytes);
        const line = ends.findIndex((end) => at < end) + 1;
        // A newline within the last line leaves two bad lines there.
        const torn = at >= second && !splits(at, other);
        const found = { at, other, line: bad?.line, torn: bad?.torn, lines: lines.length, length };
        expect(found).toEqual({ at, other, line, torn, lines: line - 1, length: ends[line - 2] ?? 0 });
        changes += 1;
      }
    }
    expect(changes).toBeGreaterThan(open.length * 8);
  });

  /** Whether a changed byte made a line of its own before the end. */
  function splits(at: number, other: number): boolean {
    return other === 0x0a && at < third - 1;
  }

  test('takes every prefix for what was written before, and its rest for torn', () => {
    for (const length of open.keys()) {
      const { bad, lines, length: good } = readJournal(header, open.subarray(0, length));
      const whole = ends.filter((end) => end <= length).length;
      expect({ length, lines: lines.length, good }).toEqual({
        length,
        lines: whole,
        good: ends[whole - 1] ?? 0,
      });
      expect(bad?.torn).toBe(length === good ? undefined : true);
    }
  });

  test('takes two last lines without the newline between them for damage', () => {
    const bytes = Buffer.from(open);
    bytes[second - 1] = 0x20;
    expect(readJournal(header, bytes).bad).toMatchObject({ line: 2, torn: false });
  });

  test('finds a changed header, a missing line, and lines that changed places', () => {
    const [first, other, last] = [
      open.subarray(0, ends[0]),
      open.subarray(ends[0], second),
      open.subarray(second),
    ];
    expect(readJournal(Buffer.from('{}'), open).bad).toMatchObject({ line: 1, torn: false });
    expect(readJournal(header, Buffer.concat([first as Buffer, last])).bad).toMatchObject({ line: 2 });
    expect(readJournal(header, Buffer.concat([first as Buffer, last, other])).bad).toMatchObject({
      line: 2,
      torn: false,
    });
  });

  test('accepts nothing after the line that finishes the run', () => {
    const bytes = journalOf([started], [runFinished], [finished('login')]);
    const { bad, tip } = readJournal(header, bytes);
    expect(bad).toEqual({ line: 3, message: 'the run was finished by the line before', torn: false });
    expect(tip.sealed).toBe(true);
    const halfLine = `${journalOf([started], [runFinished])}{"seq":3`;
    expect(readJournal(header, Buffer.from(halfLine)).bad).toMatchObject({ line: 3, torn: false });
  });

  test('refuses an epoch that goes back, though the hash fits', () => {
    const first = renderLine(startOf(header), 2, '[]');
    const tip = { seq: 1, epoch: 2, hash: first.hash, sealed: false };
    const bytes = Buffer.concat([first.bytes, renderLine(tip, 1, '[]').bytes]);
    expect(readJournal(header, bytes).bad).toMatchObject({ line: 2, torn: false });
  });
});
