import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findRoot } from '../../src/project/files.ts';
import { findJourney, isPath, listJourneys } from '../../src/project/journeys.ts';
import { loadProject, serviceNames, valueNames } from '../../src/project/project.ts';
import { createSecretLookup } from '../../src/project/secrets.ts';
import { writeProject } from '../support/project-folder.ts';

const journey = (name: string): string => `name: ${name}\nsteps: []\n`;

describe('the root of a project', () => {
  test('is the nearest folder upwards with reqflo.yaml, before one with journeys/', () => {
    const root = writeProject({ 'reqflo.yaml': '', 'inner/journeys/a.yaml': journey('a') });
    expect(findRoot(join(root, 'inner/journeys'))).toBe(root);
  });

  test('is else the nearest with journeys/, else the folder itself', () => {
    const root = writeProject({ 'a/journeys/x.yaml': journey('x'), 'b/c.txt': '' });
    expect(findRoot(join(root, 'a/journeys'))).toBe(join(root, 'a'));
    expect(findRoot(join(root, 'b'))).toBe(join(root, 'b'));
  });
});

describe('settings and environments', () => {
  test('are read with their services and values', () => {
    const root = writeProject({
      'reqflo.yaml':
        'environment: local\nrunner: { url: "https://runner.example", idleTimeout: 10m }\nconcurrency: 4\nsecrets: { dotenv: .env }\nservices: { shop: { idempotencyHeader: X-Key } }\n',
      'environments/local.yaml':
        'services: { mail: { url: "http://localhost:1" } }\nvalues: { currency: EUR }\n',
      'environments/staging.yml': 'values: { build: b }\n',
    });
    const project = loadProject(root);
    expect(project.diagnostics).toEqual([]);
    expect(project.settings).toMatchObject({ concurrency: 4, dotenv: '.env', idleTimeoutMs: 600_000 });
    expect(project.settings.environment?.text).toBe('local');
    expect(project.environments.map(({ name }) => name)).toEqual(['local', 'staging']);
    expect(serviceNames(project)).toEqual(['shop', 'mail']);
    expect(valueNames(project)).toEqual(['currency', 'build']);
  });

  test('may be absent or empty', () => {
    const project = loadProject(writeProject({ 'reqflo.yaml': '# nothing yet\n' }));
    expect(project.diagnostics).toEqual([]);
    expect(serviceNames(project)).toEqual([]);
    expect(valueNames(project)).toBeUndefined();
  });

  test('a broken environment keeps its diagnostics to itself', () => {
    const project = loadProject(
      writeProject({ 'reqflo.yaml': '', 'environments/local.yaml': 'servces: {}\n' }),
    );
    expect(project.diagnostics).toEqual([]);
    expect(project.environments[0]?.diagnostics.map(({ code }) => code)).toEqual(['unknown-key']);
  });
});

describe('finding a journey', () => {
  test.each([
    ['checkout-flow', false],
    ['checkout.flow', false],
    ['journeys/checkout', true],
    ['checkout.yaml', true],
    ['checkout.yml', true],
    ['artifact.json', true],
  ])('%s is a path: %s', (argument, path) => {
    expect(isPath(argument)).toBe(path);
  });

  test.each([
    ['plain', 'name: plain\nsteps: []\n'],
    ['double quotes', 'name: "double quotes" # comment\nsteps: []\n'],
    ['single quotes', "steps: []\nname: 'single quotes'\n"],
    ["it's", "name: 'it''s'\nsteps: []\n"],
    ['JSON', '{ "steps": [], "name": "JSON" }'],
    ['inner', 'steps:\n  - name: other\nname:   inner   \n'],
    ['quoted key', '"name": quoted key\nsteps: []\n'],
  ])('by its name: %s', (name, text) => {
    const root = writeProject({ 'journeys/deep/some.yaml': text, 'journeys/other.yaml': journey('another') });
    const found = findJourney(loadProject(root), root, name);
    expect(found).toMatchObject({ ok: true, source: { file: 'journeys/deep/some.yaml', text } });
  });

  test('by a path from where the command runs', () => {
    const root = writeProject({ 'reqflo.yaml': '', 'journeys/deep/some.yaml': journey('some') });
    const found = findJourney(loadProject(root), join(root, 'journeys'), 'deep/some.yaml');
    expect(found).toMatchObject({ ok: true, source: { file: 'journeys/deep/some.yaml' } });
  });

  test('another journey that is broken is no hindrance', () => {
    const root = writeProject({ 'journeys/a.yaml': journey('a'), 'journeys/b.yaml': 'name: {\n' });
    expect(findJourney(loadProject(root), root, 'a').ok).toBe(true);
  });

  test('a file that has no name, or is no text, is told of where its own is asked for', () => {
    const root = writeProject({ 'journeys/a.yaml': 'name: a\n', 'journeys/deep/bad.yaml': '' });
    expect(findJourney(loadProject(root), root, 'bad')).toMatchObject({
      ok: true,
      source: { file: 'journeys/deep/bad.yaml' },
    });
    writeFileSync(join(root, 'journeys/bytes.yaml'), Buffer.from([0x61, 0xff]));
    expect(findJourney(loadProject(root), root, 'bytes')).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'not-utf8', place: { file: 'journeys/bytes.yaml' } }],
    });
    expect(findJourney(loadProject(root), root, 'other')).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'unknown-journey' }],
    });
  });

  test('two of one name are shown at both places', () => {
    const root = writeProject({
      'journeys/a.yaml': journey('same'),
      'journeys/b.yaml': `# hm\n${journey('same')}`,
    });
    const found = findJourney(loadProject(root), root, 'same');
    expect(
      found.ok ? [] : found.diagnostics.map(({ place, fix }) => [place?.file, place?.line, fix]),
    ).toEqual([
      ['journeys/a.yaml', 1, 'the other is journeys/b.yaml:2'],
      ['journeys/b.yaml', 2, 'the other is journeys/a.yaml:1'],
    ]);
  });

  test('hidden folders hold no journeys', () => {
    const root = writeProject({ 'journeys/.old/a.yaml': journey('a'), 'journeys/b.yaml': journey('b') });
    expect(listJourneys(loadProject(root)).journeys.map(({ name }) => name)).toEqual(['b']);
  });
});

describe('secrets', () => {
  test('the shell comes before the dotenv file, and an empty one is missing', () => {
    const root = writeProject({
      'reqflo.yaml': 'secrets: { dotenv: .env }\n',
      '.env': 'BOTH=file\nFILE="in file"\nEMPTY=\nEMPTY_IN_SHELL=file\n',
    });
    const lookup = createSecretLookup(loadProject(root), {
      BOTH: 'shell',
      SHELL: 'shell',
      EMPTY_IN_SHELL: '',
    });
    const names = ['BOTH', 'FILE', 'SHELL', 'EMPTY', 'EMPTY_IN_SHELL', 'NONE', 'constructor', 'toString'];
    expect(names.map(lookup)).toEqual([
      'shell',
      'in file',
      'shell',
      undefined,
      'file',
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('a dotenv file that is not there gives nothing', () => {
    const root = writeProject({ 'reqflo.yaml': 'secrets: { dotenv: .env }\n' });
    expect(createSecretLookup(loadProject(root), {})('A')).toBeUndefined();
  });
});
