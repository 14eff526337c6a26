import { expect, test } from 'vitest';
import { type Gathered, gather } from '../../src/cli/gathered.ts';

interface Gathering extends Gathered {
  readonly written: string[];
  /** Lets the time pass that text is held at most. */
  wait(): void;
}

function gathering(): Gathering {
  const written: string[] = [];
  const due: (() => void)[] = [];
  const gathered = gather(
    (text) => written.push(text),
    (_ms, flush) => due.push(flush),
  );
  return {
    ...gathered,
    written,
    wait() {
      expect(due.length).toBeLessThanOrEqual(1);
      due.pop()?.();
    },
  };
}

test('what is written one after the other is one write, a little later', () => {
  const { write, wait, written } = gathering();
  write('a\n');
  write('b\n');
  expect(written).toEqual([]);
  wait();
  expect(written).toEqual(['a\nb\n']);
  wait();
  write('c\n');
  wait();
  expect(written).toEqual(['a\nb\n', 'c\n']);
});

test('much text does not wait', () => {
  const { write, wait, written } = gathering();
  const much = 'x'.repeat(64 * 1024);
  write(much);
  expect(written).toEqual([much]);
  write('rest');
  wait();
  expect(written).toEqual([much, 'rest']);
});

test('a flush writes what there is, and nothing twice', () => {
  const { write, flush, wait, written } = gathering();
  flush();
  write('a\n');
  flush();
  expect(written).toEqual(['a\n']);
  wait();
  expect(written).toEqual(['a\n']);
});
