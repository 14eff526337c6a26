import { expect, test } from 'vitest';
import { Stop, ToldError } from '../../src/cli/stop.ts';
import { tellRuns } from '../../src/cli/tell-runs.ts';
import { createJsonReporter } from '../../src/reporters/json.ts';
import { outOfStock, passed } from '../reporters/stories.ts';

const interrupts = {
  signal: new AbortController().signal,
  exitCode: (): number | undefined => undefined,
  stop: (): void => undefined,
};

test('what breaks off in the middle leaves one document, with what was seen', async () => {
  const texts: string[] = [];
  const reporter = createJsonReporter((text) => texts.push(text));
  const [ended, open] = [passed(), outOfStock()];
  const told = tellRuns([reporter], interrupts, async (tally) => {
    tally.begin();
    reporter.finished(ended.context('cloud'), ended.record());
    tally.add(ended.record());
    tally.begin();
    reporter.started?.(open.context('cloud'), open.records()[0]!);
    throw new Stop(5, 'contact was lost');
  });
  await expect(told).rejects.toThrow(ToldError);
  await expect(told).rejects.toMatchObject({ cause: { message: 'contact was lost' } });
  expect(JSON.parse(texts.join(''))).toMatchObject({
    runs: [{ state: 'passed' }, { state: 'queued' }],
    summary: { runs: 2, passed: 1, open: 1 },
    exitCode: 5,
  });
});

test('what breaks off before the first run is told as it is', async () => {
  const texts: string[] = [];
  const told = tellRuns([createJsonReporter((text) => texts.push(text))], interrupts, async () => {
    throw new Stop(5, 'no runner');
  });
  await expect(told).rejects.toThrow(new Stop(5, 'no runner'));
  expect(texts).toEqual([]);
});
