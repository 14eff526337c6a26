import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createProgress, type Spinner } from '../../src/reporters/progress.ts';
import { createTurns } from '../../src/reporters/turns.ts';
import { capture } from './checkout-run.ts';

function fakeSpinner() {
  const calls: string[] = [];
  const spinner: Spinner = {
    text: '',
    start: () => calls.push(`start ${spinner.text}`),
    stop: () => calls.push('stop'),
  };
  return { calls, load: () => Promise.resolve(spinner) };
}

describe('on a terminal', () => {
  const terminal = capture({ interactive: true });

  test('the line says what is under way, and is taken away', async () => {
    const { calls, load } = fakeSpinner();
    const progress = createProgress(terminal, load);
    progress.show('login');
    await Promise.resolve();
    progress.show('pay');
    progress.show(undefined);
    progress.stop();
    expect(calls).toEqual(['start login', 'start pay', 'stop', 'stop']);
  });

  test('nothing begins after the end, however late it was loaded', async () => {
    const { calls, load } = fakeSpinner();
    const progress = createProgress(terminal, load);
    progress.show('login');
    progress.stop();
    await Promise.resolve();
    expect(calls).not.toContain('start login');
  });

  test('nothing is loaded where nothing is shown', () => {
    const load = vi.fn();
    const progress = createProgress(terminal, load);
    progress.show(undefined);
    progress.stop();
    expect(load).not.toHaveBeenCalled();
  });
});

describe('elsewhere', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('a sign of life every 30 s while something is under way', () => {
    const err = capture();
    const progress = createProgress(err);
    progress.show('pay');
    vi.advanceTimersByTime(29_999);
    expect(err.text()).toBe('');
    vi.advanceTimersByTime(30_001);
    expect(err.text()).toBe('still under way: pay\nstill under way: pay\n');
    progress.show(undefined);
    vi.advanceTimersByTime(60_000);
    progress.stop();
    vi.advanceTimersByTime(60_000);
    expect(err.text().split('\n')).toHaveLength(3);
  });
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
