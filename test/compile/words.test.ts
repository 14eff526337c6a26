import { expect, test } from 'vitest';
import { valueKinds as artifactKinds } from '../../src/artifact/judgement.ts';
import { sendFailures } from '../../src/compile/matcher.ts';
import { valueKinds } from '../../src/journey/matcher.ts';
import { failedSends } from '../../src/run/outcome.ts';

test('the language knows the reasons that the engine gives', () => {
  expect(sendFailures).toEqual(failedSends);
});

test('the language knows the kinds of value that an artifact may hold', () => {
  expect(valueKinds).toEqual(artifactKinds);
});
