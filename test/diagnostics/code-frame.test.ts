import { expect, test } from 'vitest';
import { codeFrame } from '../../src/diagnostics/code-frame.ts';
import { placeOf } from '../../src/diagnostics/source.ts';

const source = { file: 'a.yaml', text: `short: 1\n${'x'.repeat(90)}BLAME${'y'.repeat(90)}\nlast` };

function frame(text: string, note?: string, room?: number): readonly string[] {
  const start = source.text.indexOf(text);
  const place = placeOf(source, { start, end: start + text.length });
  return codeFrame(source, place, note, room).split('\n');
}

test('the note stands behind the carets', () => {
  expect(frame('1', 'why')).toEqual(['1 │ short: 1', '  │        ^ why']);
});

test('or below them, where it does not fit', () => {
  expect(frame('1', 'a longer why', 25)).toEqual(['1 │ short: 1', '  │        ^ a longer why']);
  expect(frame('1', 'a longer why', 24)).toEqual(['1 │ short: 1', '  │        ^', '  │ a longer why']);
});

test.each([undefined, 100, 60, 40])('of a long line a window is shown that fits into %s', (room) => {
  const [shown = '', carets = ''] = frame('BLAME', '', room);
  expect(shown.length).toBeLessThanOrEqual(room ?? 110);
  expect(shown.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('BLAME');
  expect(shown).toMatch(/^2 │ …x+BLAMEy+…$/);
});

test('carets end where the window does', () => {
  const [shown = '', carets = ''] = frame('x'.repeat(90), '', 60);
  expect(carets.length).toBeLessThanOrEqual(shown.length);
});

test('of a place over several lines the first is shown', () => {
  expect(frame('short: 1\nxx')).toEqual(['1 │ short: 1', '  │ ^^^^^^^^']);
});
