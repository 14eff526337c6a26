import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, encodeArtifact } from '../../src/artifact/canonical.ts';
import { isArtifactText, readArtifact } from '../../src/artifact/read.ts';
import type { Artifact } from '../../src/artifact/types.ts';
import { minimalArtifact } from '../support/minimal-artifact.ts';

const text = encodeArtifact(minimalArtifact());

function messageOf(given: string, expected?: string): string {
  const read = readArtifact(given, expected);
  return read.ok ? 'read' : read.message;
}

describe('reading an artifact', () => {
  test('gives it back with its digest', () => {
    expect(readArtifact(text)).toEqual({ ok: true, artifact: minimalArtifact(), digest: digestOf(text) });
    expect(readArtifact(`${text}\n`, digestOf(text)).ok).toBe(true);
  });

  test.each([
    ['no JSON', '{', /not a compiled artifact/],
    ['other JSON', '[1]', /not a compiled artifact/],
    ['another format', '{"format":"reqflo-artifact/2"}', /format reqflo-artifact\/2/],
    ['a text that is not canonical', JSON.stringify(JSON.parse(text), null, 1), /not in canonical form/],
    ['a member that is missing', text.replace('"tags":[]', '"tag":[]'), /artifact\.tag is not known/],
    [
      'a member of another type',
      text.replace('"tags":[]', '"tags":[1]'),
      /artifact\.tags\[0\] is not a text/,
    ],
    [
      'a step of no known kind',
      text.replace('"steps":[]', '"steps":[{"kind":"guess"}]'),
      /steps\[0\]\.kind is not known/,
    ],
  ])('refuses %s', (_, given, message) => {
    expect(messageOf(given)).toMatch(message);
  });

  test('refuses bytes with another digest than expected', () => {
    expect(messageOf(text, digestOf('other'))).toMatch(/its SHA-256 is/);
  });

  test('takes the word of a digest for the form of the bytes, which it is the name of', () => {
    const loose = JSON.stringify(JSON.parse(text), null, 1);
    expect(readArtifact(loose, digestOf(loose)).ok).toBe(true);
    expect(messageOf(loose, digestOf(text))).toMatch(/its SHA-256 is/);
  });

  test('refuses data that the codec cannot have written', () => {
    const at = [0, 1, 1, 1, 2] as const;
    const artifact = minimalArtifact({ variables: [{ name: 'v', at, value: 'marker' }] });
    const broken = encodeArtifact(artifact).replace('"marker"', '{"$number":1}');
    expect(messageOf(broken)).toMatch(/damaged: \$number is not a text/);
  });

  test('never throws, and never takes a changed text for an artifact', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('0', '"', '{', 'x', ''), (at, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + 1);
        const read = readArtifact(changed, digestOf(text));
        expect(read.ok).toBe(changed.trimEnd() === text);
      }),
    );
  });

  test('is told by content', () => {
    expect(isArtifactText(text)).toBe(true);
    expect(isArtifactText('{ "name": "journey", "steps": [] }')).toBe(false);
  });

  test('a text too deep for the stack is a message', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const broken = text.replace(
      '"variables":[]',
      `"variables":[{"at":[0,1,1,1,1],"name":"v","value":${deep}}]`,
    );
    const read: { ok: boolean; artifact?: Artifact } = readArtifact(broken);
    expect(read.ok).toBe(false);
  });
});
