import { mkdtempSync, rmdirSync } from 'node:fs';
import { appendFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa, execaSync } from 'execa';
import { afterEach, expect, test } from 'vitest';
import { openSandbox, type Sandbox, until } from './sandbox.ts';

/** A small file system of its own, which can be filled; it takes the right to mount. */
const canMount = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'reqflo-mount-'));
  const mounted = execaSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { reject: false });
  if (mounted.exitCode === 0) execaSync('umount', [folder]);
  rmdirSync(folder);
  return mounted.exitCode === 0;
})();

const steps = Array.from(
  { length: 20 },
  (_, at) => `
  - id: read${at}
    request: { path: /catalogue }
    assertions:
      - status: 200`,
);
const longJourney = `name: long\ndefaults: { service: shop }\nsteps:${steps.join('')}\n`;

let sandbox: Sandbox;
afterEach(async () => {
  await sandbox.close();
});

async function openSmall(): Promise<void> {
  sandbox = await openSandbox({ files: { 'journeys/long.yaml': longJourney } });
  await mkdir(sandbox.store);
  await execa('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', sandbox.store]);
}

/** Takes every free byte. */
async function fill(): Promise<void> {
  for (let size = 1024 * 1024; size >= 4096; size /= 2) {
    for (let more = true; more; ) {
      const path = join(sandbox.store, `filler-${Math.random()}`);
      more = await writeFile(path, Buffer.alloc(size)).then(
        () => true,
        () => false,
      );
      if (!more) await rm(path, { force: true });
    }
  }
}

async function makeRoom(): Promise<void> {
  for (const name of await readdir(sandbox.store)) {
    if (name.startsWith('filler-')) await rm(join(sandbox.store, name));
  }
}

/** How many requests the shop has seen when it has seen no new one for a while. */
async function quiet(): Promise<number> {
  for (let seen = -1; seen !== sandbox.shop.requests.length; ) {
    seen = sandbox.shop.requests.length;
    await sleep(700);
  }
  return sandbox.shop.requests.length;
}

test.runIf(canMount)(
  'a disk that fills up in the middle of a run: nothing is sent until there is room again',
  async () => {
    await openSmall();
    try {
      await sandbox.hold('GET /catalogue');
      const run = sandbox.start('run', 'long', '--cloud');
      await sandbox.held();
      const { pid } = await until('a runner', () => sandbox.runner());
      // To the end of a page: from here on its log has no room either.
      const log = join(sandbox.store, 'runner/runner.log');
      await appendFile(log, '\n'.repeat(4096 - (await stat(log)).size));
      await fill();
      await sandbox.release();
      const seen = await quiet();
      expect(seen).toBeLessThan(20);
      await makeRoom();
      const { exitCode, stdout, stderr } = await run.ended;

      expect(exitCode, stdout + stderr).toBe(0);
      expect(sandbox.runner()?.pid, 'the runner lived on').toBe(pid);
      const [id = ''] = sandbox.runIds();
      // It took another pass, because the one before could not write.
      const passes = sandbox.events(id).filter((event) => event.type === 'run.started');
      expect(passes.length).toBeGreaterThan(1);
      expect((await sandbox.run('verify', id)).stdout).toContain('intact, sealed');
    } finally {
      await sandbox.run('runner', 'stop');
      await execa('umount', ['-l', sandbox.store]);
    }
  },
);

test.runIf(canMount)(
  'a disk without room for a new run: a clear error, nothing kept, and no bug report',
  async () => {
    await openSmall();
    try {
      await sandbox.run('run', 'long', '--cloud');
      const kept = sandbox.runIds();
      await fill();
      const { exitCode, stdout, stderr } = await sandbox.run('run', 'long', '--cloud', '--detach');
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
      expect(stderr).toMatch(/^error: .*(no space left|ENOSPC)/im);
      expect(await readdir(join(sandbox.store, 'runs'))).toEqual(kept);
      await makeRoom();
      expect((await sandbox.run('run', 'long', '--cloud')).exitCode).toBe(0);
    } finally {
      await sandbox.run('runner', 'stop');
      await execa('umount', ['-l', sandbox.store]);
    }
  },
);
