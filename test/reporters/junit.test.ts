import { expect, test } from 'vitest';
import { summaryOf } from '../../src/reporters/exit-code.ts';
import { createJunitReporter } from '../../src/reporters/junit.ts';
import { renderXml } from '../../src/reporters/xml.ts';
import type { Story } from './checkout-run.ts';
import { failedSend, interrupted, mixed, outOfStock, passed } from './stories.ts';
import { type Node, parseXml } from './well-formed.ts';

function report(...stories: readonly Story[]): string {
  let xml = '';
  const reporter = createJunitReporter((text) => {
    xml += text;
  });
  for (const [index, story] of stories.entries()) {
    reporter.finished({ ...story.context(), runId: `run_${index}` }, story.record());
  }
  void reporter.end!(summaryOf(stories.map((story) => story.record())));
  return xml;
}

function find(node: Node, name: string): readonly Node[] {
  return [...(node.name === name ? [node] : []), ...node.children.flatMap((child) => find(child, name))];
}

test('a suite a journey, a case a run', async () => {
  await expect(report(passed(), outOfStock(), mixed())).toMatchFileSnapshot('expected/junit.xml');
});

test.each([
  ['passed', passed(), []],
  ['an assertion failed', outOfStock(), ['failure']],
  ['it could not be carried out', failedSend(), ['error']],
  ['it has no end', interrupted(), ['error']],
] as const)('%s', (_, story, problems) => {
  const root = parseXml(report(story));
  const [testcase] = find(root, 'testcase');
  expect(testcase!.children.map(({ name }) => name)).toEqual([...problems, 'system-out']);
  expect(root.attributes).toMatchObject({
    tests: '1',
    failures: problems[0] === 'failure' ? '1' : '0',
    errors: problems[0] === 'error' ? '1' : '0',
  });
});

test('the message is the first failed assertion, the body the whole block', () => {
  const [failure] = find(parseXml(report(outOfStock())), 'failure');
  expect(failure!.attributes).toEqual({
    type: 'assertion',
    message: 'pay: expected status 200 or 202, got 409',
  });
  expect(failure!.text).toContain('not there; the body has: error, sku');
});

test('names are stable, and unique within a suite', () => {
  const names = (xml: string): readonly string[] =>
    find(parseXml(xml), 'testcase').map(({ attributes }) => `${attributes.classname} ${attributes.name}`);
  expect(names(report(passed(), passed()))).toEqual([
    'journeys.checkout-flow Happy path',
    'journeys.checkout-flow Happy path #2',
  ]);
});

test('earlier attempts are noted', () => {
  const [out] = find(parseXml(report(mixed())), 'system-out');
  expect(out!.text).toContain('Log in as the buyer (login): attempt 1: 503 assertion');
});

test.each([
  ['markup', '<a b="c">&amp;</a> ]]> \'', '<a b="c">&amp;</a> ]]> \''],
  ['white space', 'a\tb\nc\rd', 'a\tb\nc\rd'],
  ['forbidden characters', 'a\u0000\u001b[31m\u{fffe}b\u{1f600}', 'a[31mb\u{1f600}'],
  ['half a surrogate pair', 'a\ud83db', 'ab'],
])('XML keeps texts: %s', (_, text, kept) => {
  const root = parseXml(
    renderXml({
      name: 'root',
      attributes: { note: text, none: undefined, count: 2 },
      children: [{ name: 'text', attributes: {}, children: [text] }],
    }),
  );
  expect(root.attributes).toEqual({ note: kept, count: '2' });
  expect(root.children[0]!.text).toBe(kept);
});
