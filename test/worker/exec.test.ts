import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Execution, LocalCommand } from '../../src/run/execution.ts';
import { createExec } from '../../src/worker/exec.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'reqflo-exec-')));
mkdirSync(join(folder, 'tools'));
const environment = { PATH: process.env.PATH, HOME: '/home/ada', LANG: 'C', SHOP_TOKEN: 'hidden' };
const exec = createExec({ folder, environment });

afterAll(() => rmSync(folder, { recursive: true }));

function run(command: Partial<LocalCommand>, signal = new AbortController().signal): Promise<Execution> {
  return exec({ file: 'sh', args: [], env: [], timeoutMs: 20_000, ...command }, signal);
}

function line(text: string, more: Partial<LocalCommand> = {}): Promise<Execution> {
  return run({ args: ['-c', text], ...more });
}

function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has waited for has ended too.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('a command', () => {
  test.each([
    ['ends with its code', 'exit 3', 3],
    ['that a signal ended counts as 128 and its number', 'kill -TERM $$', 143],
    ['that is not there is what the shell says', './missing 2>/dev/null', 127],
  ])('%s', async (_, text, exitCode) => {
    expect((await line(text)).result).toEqual({ kind: 'exited', exitCode });
  });

  test('gives what it wrote, to either output', async () => {
    const { stdout, stderr } = await line('echo zoë; echo why >&2');
    expect([stdout.text, stderr.text]).toEqual(['zoë\n', 'why\n']);
    expect(stdout.bytes).toEqual(new TextEncoder().encode('zoë\n'));
  });

  test('reads what it is given, and else nothing', async () => {
    expect((await line('cat', { stdin: 'tea' })).stdout.text).toBe('tea');
    expect((await line('cat')).stdout.text).toBe('');
    expect((await line('exit 0', { stdin: 'x'.repeat(1_000_000) })).result).toMatchObject({ exitCode: 0 });
  });

  test('gets arguments as they are: no shell reads them', async () => {
    const args = ['%s|', '$HOME', '; echo no', ''];
    expect((await run({ file: 'printf', args })).stdout.text).toBe('$HOME|; echo no||');
  });

  test('inherits PATH, HOME and LANG alone, and its own go before them', async () => {
    const { stdout } = await run({
      file: 'env',
      env: [
        ['LANG', 'de'],
        ['MARK', '1'],
      ],
    });
    expect(stdout.text.trim().split('\n').sort()).toEqual(
      [`PATH=${process.env.PATH}`, 'HOME=/home/ada', 'LANG=de', 'MARK=1'].sort(),
    );
  });

  test('runs in the project, or in a folder of it', async () => {
    expect((await line('pwd')).stdout.text.trim()).toBe(folder);
    expect((await line('pwd', { cwd: 'tools' })).stdout.text.trim()).toBe(join(folder, 'tools'));
  });

  test.each<[string, Partial<LocalCommand>]>([
    ['a file that is not there', { file: './missing' }],
    ['a file that is no program', { file: './notes.txt' }],
    ['a folder that is not there', { file: 'true', cwd: 'missing' }],
    ['an argument that no program can get', { file: 'echo', args: ['a\0b'] }],
  ])('does not start: %s', async (_, command) => {
    writeFileSync(join(folder, 'notes.txt'), 'notes');
    expect((await run(command)).result).toMatchObject({ kind: 'notStarted' });
  });

  test('is not judged by a part of what it wrote', async () => {
    const { stdout, result } = await line('head -c 2000000 /dev/zero');
    expect(stdout.bytes).toHaveLength(1024 * 1024);
    expect(result).toMatchObject({ kind: 'failed', reason: 'tooLarge' });
  });

  test('may say much on stderr, of which a part is kept', async () => {
    const { stderr, result } = await line('head -c 2000000 /dev/zero >&2');
    expect(stderr.bytes).toHaveLength(1024 * 1024);
    expect(result).toEqual({ kind: 'exited', exitCode: 0 });
  });
});

describe('a command that is killed', () => {
  const waiting = 'sleep 60 & echo $!; wait';

  test('at its timeout, with its group, and what it wrote before is kept', async () => {
    const { stdout, result } = await line(waiting, { timeoutMs: 300 });
    expect(result).toMatchObject({ kind: 'failed', reason: 'timeout' });
    const child = Number(stdout.text);
    expect(child).toBeGreaterThan(1);
    await vi.waitFor(() => expect(isAlive(child)).toBe(false), 5_000);
  });

  test('is not waited for by what left its group and holds its output', async () => {
    const { stdout, result } = await line('setsid sleep 60 & echo $!; wait', { timeoutMs: 300 });
    expect(result).toMatchObject({ kind: 'failed', reason: 'timeout' });
    process.kill(Number(stdout.text));
  });

  test('when the run is told to hurry', async () => {
    const hurry = new AbortController();
    const running = run({ args: ['-c', waiting] }, hurry.signal);
    hurry.abort();
    expect((await running).result).toMatchObject({ kind: 'failed', reason: 'cutOff' });
  });
});
