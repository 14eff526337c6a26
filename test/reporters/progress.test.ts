import ora from 'ora';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPrettyReporter } from '../../src/reporters/pretty.ts';
import { createProgress, type Spinner } from '../../src/reporters/progress.ts';
import { createTurns } from '../../src/reporters/turns.ts';
import { capture, Story, start } from './checkout-run.ts';

vi.mock('ora', () => ({ default: vi.fn(() => ({ text: '', start() {}, stop() {} })) }));

function fakeSpinner() {
  const calls: string[] = [];
  let shown = '';
  let isSpinning = false;
  const spinner: Spinner = {
    get text() {
      return shown;
    },
    set text(text) {
      if (isSpinning && text !== shown) calls.push(text);
      shown = text;
    },
    start() {
      calls.push(`start ${shown}`);
      isSpinning = true;
    },
    stop() {
      calls.push('stop');
      isSpinning = false;
    },
  };
  return { calls, load: () => Promise.resolve(spinner) };
}

describe('on a terminal', () => {
  const terminal = capture({ interactive: true });

  test('the line says what is under way, and is taken away', async () => {
    const { calls, load } = fakeSpinner();
    const progress = createProgress(terminal, load);
    progress.show(() => 'login');
    await Promise.resolve();
    progress.show(() => 'pay');
    progress.show(() => undefined);
    progress.stop();
    expect(calls).toEqual(['start login', 'pay', 'stop']);
  });

  test('nothing begins after the end, however late it was loaded', async () => {
    const { calls, load } = fakeSpinner();
    const progress = createProgress(terminal, load);
    progress.show(() => 'login');
    progress.stop();
    await Promise.resolve();
    expect(calls).toEqual([]);
  });

  test('nothing is loaded where nothing is shown', () => {
    const load = vi.fn();
    const progress = createProgress(terminal, load);
    progress.show(() => undefined);
    progress.stop();
    expect(load).not.toHaveBeenCalled();
  });
});

describe('ora', () => {
  const { columns } = process.stderr;
  afterEach(() => Object.assign(process.stderr, { columns }));

  test.each([
    [undefined, 1],
    [80, 1],
    [0, 0],
  ])('on a terminal of %s columns it is made %i times', async (width, times) => {
    Object.assign(process.stderr, { columns: width });
    vi.mocked(ora).mockClear();
    const progress = createProgress(capture({ interactive: true }));
    progress.show(() => 'login');
    await vi.dynamicImportSettled();
    progress.stop();
    expect(ora).toHaveBeenCalledTimes(times);
    for (const [options] of vi.mocked(ora).mock.calls) expect(options).toMatchObject({ discardStdin: false });
  });
});

describe('elsewhere', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('a sign of life every 30 s while something is under way', () => {
    const err = capture();
    const progress = createProgress(err);
    progress.show(() => 'pay');
    vi.advanceTimersByTime(29_999);
    expect(err.text()).toBe('');
    vi.advanceTimersByTime(30_001);
    expect(err.text()).toBe('still under way: pay\nstill under way: pay\n');
    progress.show(() => undefined);
    vi.advanceTimersByTime(60_000);
    progress.stop();
    vi.advanceTimersByTime(60_000);
    expect(err.text().split('\n')).toHaveLength(3);
  });
});

test.each([
  [40_000, 'login · POST /login · waits 40.0 s for attempt 2'],
  [999, 'login · POST /login'],
])('a pause of %i ms before the next attempt', (pauseMs, said) => {
  vi.useFakeTimers();
  const err = capture();
  const reporter = createPrettyReporter({ out: capture(), err, verbose: false });
  const at = start + 5000;
  const story = new Story()
    .created()
    .begins()
    .sends(
      'login#1',
      { method: 'POST', path: '/login', status: 503, ms: 5 },
      { state: 'failed', reason: 'assertion', at, again: { at: at + pauseMs, kind: 'retry' } },
    );
  reporter.started?.(story.context(), story.record());
  reporter.event?.(story.events.at(-1)!, story.record());
  vi.advanceTimersByTime(30_000);
  vi.useRealTimers();
  expect(err.text()).toBe(`still under way: ${said}\n`);
});

describe('turns', () => {
  test('the first is written as it grows, the others when it is their turn', () => {
    const out = capture();
    const turns = createTurns((text) => out.write(text));
    for (const id of ['a', 'b', 'c']) turns.open(id);
    turns.write('a', 'a1 ');
    turns.write('b', 'b1 ');
    turns.write('c', 'c1 ');
    turns.close('c');
    expect(out.text()).toBe('a1 ');
    turns.write('a', 'a2 ');
    turns.close('a');
    expect(out.text()).toBe('a1 a2 c1 b1 ');
    turns.write('b', 'b2 ');
    turns.close('b');
    expect(out.text()).toBe('a1 a2 c1 b1 b2 ');
  });
});
