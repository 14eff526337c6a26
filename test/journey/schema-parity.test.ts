import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nodeValue } from '../../src/journey/node.ts';
import { parseTree } from '../../src/journey/tree.ts';
import { asJson, type Judged, judge, type Kind } from './schema-judge.ts';
import { changeKinds, kept, mutate } from './schema-mutations.ts';
import { samples } from './schema-samples.ts';

function agree({ parser, schema }: Judged): boolean {
  return (parser.length === 0) === (schema.length === 0);
}

const judged = samples.map(({ kind, name, text }) => ({ kind, name, text, said: judge(kind, text) }));
const comparable = judged.flatMap((one) => (one.said === undefined ? [] : [{ ...one, said: one.said }]));

describe('the schema and the parser agree', () => {
  test('on enough files of each kind', () => {
    const count = (kind: Kind): number => comparable.filter((one) => one.kind === kind).length;
    expect(count('journey')).toBeGreaterThan(100);
    expect(count('environment')).toBeGreaterThan(10);
    expect(count('templates')).toBeGreaterThan(1);
    expect(count('settings')).toBeGreaterThan(1);
    const refused = comparable.filter(({ said }) => said.parser.length > 0);
    expect(refused.length).toBeGreaterThan(10);
    expect(comparable.length).toBeGreaterThan(samples.length - 30);
  });

  test.each(comparable)('on $name', ({ said }) => {
    expect(said).toSatisfy(agree);
  });

  const documents = comparable
    .filter(({ text }) => text.length < 8000)
    .map(({ kind, text }) => {
      const tree = parseTree({ file: 'file.yaml', text }, () => {});
      return { kind, value: tree === undefined ? null : asJson(nodeValue(tree)) };
    });
  const from = kept(documents.map(({ value }) => value));

  test.each<[Kind, number]>([
    ['journey', 600],
    ['environment', 150],
    ['templates', 150],
    ['settings', 150],
  ])('on a %s that is changed at random', (kind, numRuns) => {
    const own = documents.filter((document) => document.kind === kind);
    const change = fc.record({ what: fc.constantFrom(...changeKinds), where: fc.nat(), with: fc.nat() });
    const changed = fc
      .tuple(fc.nat(), fc.array(change, { minLength: 1, maxLength: 3 }))
      .map(([index, changes]) => mutate(own[index % own.length]?.value ?? null, changes, from));
    fc.assert(
      fc.property(changed, (value) => {
        const said = judge(kind, JSON.stringify(value, undefined, 1));
        if (said !== undefined) expect(said).toSatisfy(agree);
      }),
      { numRuns },
    );
  });
});
