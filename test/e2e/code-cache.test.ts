import { chmodSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPack } from '../../src/cli/code-pack.ts';
import { openSandbox, type Sandbox } from './sandbox.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let folder: string;
let caches: string;
let sandbox: Sandbox;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reqflo-code-'));
  caches = join(folder, 'caches');
  // A program of its own, which a test may change.
  for (const part of ['bin', 'dist']) {
    await cp(join(root, part), join(folder, part), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    });
  }
  sandbox = await openSandbox();
});

afterEach(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

function launch(args: readonly string[], env: { readonly [name: string]: string } = {}) {
  return execa(process.execPath, [join(folder, 'bin/reqflo.js'), ...args], {
    cwd: sandbox.dir,
    env: { ...sandbox.env, XDG_CACHE_HOME: caches, ...env },
    extendEnv: false,
    reject: false,
  });
}

/** Runs a command to its end, which must be a good one. */
async function start(args: readonly string[], env?: { readonly [name: string]: string }): Promise<string> {
  const { exitCode, stdout, stderr } = await launch(args, env);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return stdout;
}

function packs(): readonly string[] {
  return readdirSync(join(caches, 'reqflo/code')).map((name) => join(caches, 'reqflo/code', name));
}

function onlyPack(): string {
  const [pack, ...others] = packs();
  if (pack === undefined || others.length > 0) throw new Error(`not one pack: ${packs().join(', ')}`);
  return pack;
}

/** Says something else in the program, in as many letters: V8 then takes code of the old text for code of the new one. */
function rewrite(before: string, after: string): void {
  expect(after).toHaveLength(before.length);
  const chunks = join(folder, 'dist/chunks');
  let found = 0;
  for (const name of readdirSync(chunks)) {
    const text = readFileSync(join(chunks, name), 'utf8');
    if (!text.includes(before)) continue;
    writeFileSync(join(chunks, name), text.replaceAll(before, after));
    found += 1;
  }
  expect(found).toBeGreaterThan(0);
}

test('the code of one start is taken by the next', async () => {
  const first = await start(['--help']);
  expect(first).toContain('print the version');
  const { ino } = statSync(onlyPack());
  rewrite('print the version', 'print the VERSION');
  expect(await start(['--help'])).toBe(first);
  expect(statSync(onlyPack()).ino).toBe(ino);
  expect(await start(['--help'], { NODE_DISABLE_COMPILE_CACHE: '1' })).toContain('print the VERSION');
});

test('code of a run is taken too, after requests over the wire, and is not written a second time', async () => {
  expect(await start(['run', 'reads'])).toContain('passed · ');
  const { ino } = statSync(onlyPack());
  rewrite('passed', 'PASSED');
  expect(await start(['run', 'reads'])).toContain('passed · ');
  expect(statSync(onlyPack()).ino).toBe(ino);
});

test('a pack is written once, also where a file of the program is loaded after the first request', async () => {
  const server = createServer((_request, response) => response.setHeader('set-cookie', 'a=b').end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const step = `{ id: visit, request: { url: "http://127.0.0.1:${port}/" }, assertions: [{ status: 200 }] }`;
  await sandbox.write('journeys/cookies.yaml', `name: cookies\nsteps: [${step}]\n`);
  await start(['run', 'cookies']);
  const { ino } = statSync(onlyPack());
  await start(['run', 'cookies']);
  expect(statSync(onlyPack()).ino).toBe(ino);
  await new Promise((resolve) => server.close(resolve));
});

test('another build, and another command, have packs of their own', async () => {
  await start(['--version']);
  await start(['validate', 'reads']);
  expect(packs()).toHaveLength(2);
  const program = join(folder, 'dist/program.cjs');
  writeFileSync(program, `${readFileSync(program, 'utf8')}\n`);
  await start(['--version']);
  expect(packs()).toHaveLength(3);
});

test('a start that loads more keeps more of what was there, too', async () => {
  const sizes = () => {
    const bytes = readFileSync(onlyPack());
    const pack = openPack((position, length) => bytes.subarray(position, position + length));
    return (pack?.names ?? []).map((name) => ({ name, size: pack?.read(name)?.length ?? 0 }));
  };
  await start(['run', 'reads', '--list']);
  const before = sizes();
  await start(['run', 'reads']);
  const after = new Map(sizes().map(({ name, size }) => [name, size]));
  expect(after.size).toBeGreaterThan(before.length);
  expect(before.some(({ name, size }) => (after.get(name) ?? 0) > size * 1.2)).toBe(true);
  for (const { name, size } of before) expect(after.get(name)).toBeGreaterThanOrEqual(size);
});

test('a worker takes the code of runs', async () => {
  await start(['run', 'reads']);
  const { ino } = statSync(onlyPack());
  // Without a runner it says so, and ends; its own file is new in the pack.
  await launch(['worker', '--ipc']);
  expect(statSync(onlyPack()).ino).not.toBe(ino);
  const { size } = statSync(onlyPack());
  await launch(['run', 'reads']);
  expect(statSync(onlyPack()).size).toBe(size);
});

test('a pack that is damaged, or that others may write, is made again', async () => {
  const version = await start(['--version']);
  const sound = readFileSync(onlyPack());
  const torn = sound.subarray(0, 1_000);
  const flipped = Buffer.from(sound);
  flipped.writeUInt8(sound.readUInt8(sound.length - 1) ^ 1, sound.length - 1);
  for (const damaged of [torn, flipped]) {
    writeFileSync(onlyPack(), damaged);
    expect(await start(['--version'])).toBe(version);
    expect(readFileSync(onlyPack()).equals(damaged)).toBe(false);
    const { ino } = statSync(onlyPack());
    expect(await start(['--version'])).toBe(version);
    expect(statSync(onlyPack()).ino).toBe(ino);
  }
  const { ino } = statSync(onlyPack());
  chmodSync(onlyPack(), 0o666);
  expect(await start(['--version'])).toBe(version);
  expect(statSync(onlyPack()).ino).not.toBe(ino);
  expect(statSync(onlyPack()).mode & 0o777).toBe(0o600);
});

test('where nothing can be written, nothing is kept, and nobody is told', async () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  for (const place of [file, '/proc/nowhere', 'relative']) {
    expect(await start(['--version'], { XDG_CACHE_HOME: place })).toMatch(/^\d+\.\d+\.\d+/);
  }
  await start(['--version'], { NODE_DISABLE_COMPILE_CACHE: '1' });
  expect(readdirSync(folder).toSorted()).toEqual(['a-file', 'bin', 'dist']);
  expect(readdirSync(sandbox.dir).toSorted()).toEqual(['environments', 'journeys', 'reqflo.yaml']);
});

test('packs that were not made anew for a month are removed', async () => {
  await start(['--version']);
  const old = new Date('2020-01-01');
  utimesSync(onlyPack(), old, old);
  await start(['validate', 'reads']);
  expect(onlyPack()).toContain('validate-');
});

test("a program taken from a pack loads Node's own modules when it first needs them: a bug is told as one", async () => {
  const bug = join(folder, 'bug.cjs');
  writeFileSync(bug, "require('node:path').relative = () => { throw new TypeError('made by a test'); };\n");
  for (const _ of ['compiled', 'kept']) {
    const { exitCode, stderr } = await launch(['validate'], { NODE_OPTIONS: `--require ${bug}` });
    expect(stderr).toMatch(/^error: a bug of reqflo: made by a test\n {2}what happened is in .*report\.txt$/);
    expect(exitCode).toBe(70);
    const [, report = ''] = /in (.*report\.txt)$/.exec(stderr) ?? [];
    expect(readFileSync(report, 'utf8')).toContain('made by a test');
    await rm(join(report, '..'), { recursive: true });
  }
  expect(onlyPack()).toContain('validate-');
});
