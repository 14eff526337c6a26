import { describe, expect, test } from 'vitest';
import type { Execution, LocalCommand } from '../../src/run/execution.ts';
import { type Story, type Told, tell } from './journey-run.ts';

interface Ran {
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly result?: Execution['result'];
}

/** Tells a journey whose commands give what is said by their last word. */
async function tellCommands(
  yaml: string,
  given: { readonly [word: string]: Ran } = {},
  more: Partial<Story> = {},
): Promise<Told & { readonly commands: readonly LocalCommand[] }> {
  const commands: LocalCommand[] = [];
  const exec: Story['exec'] = async (command) => {
    commands.push(command);
    const word = [command.file, ...command.args].join(' ').split(' ').at(-1) ?? '';
    const { exitCode = 0, stdout = '', stderr = '', result } = given[word] ?? {};
    const outputOf = (text: string) => ({ text, bytes: new TextEncoder().encode(text) });
    return {
      durationMs: 20,
      at: Date.now(),
      stdout: outputOf(stdout),
      stderr: outputOf(stderr),
      result: result ?? { kind: 'exited', exitCode },
    };
  };
  const told = await tell({ yaml, exec, request: { allowExec: true }, ...more });
  return { ...told, commands };
}

function intentOf({ events }: Told, key: string): unknown {
  return events.flatMap((event) =>
    event.type === 'step.started' && event.key === key ? [event.intent] : [],
  )[0];
}

describe('a command', () => {
  test('is resolved, and its intent is on record before it starts', async () => {
    const told = await tellCommands(
      `
inputs: { sku: { type: string } }
steps:
  - id: words
    timeout: 3s
    exec:
      command: [./seed, "\${{ inputs.sku }}", 3, "\${{ null }}", "\${{ ['a', 'b'] }}"]
      env: { TOKEN: "\${{ secrets.TOKEN }}", NONE: null }
      cwd: tools
      stdin: "to \${{ inputs.sku }}"
  - id: line
    idempotent: true
    exec: ./look | sort
`,
      {},
      { request: { allowExec: true, inputs: { sku: "it's" } }, secrets: { TOKEN: 'hidden-token' } },
    );
    expect(told.commands).toEqual([
      {
        file: './seed',
        args: ["it's", '3', 'a', 'b'],
        env: [['TOKEN', 'hidden-token']],
        cwd: 'tools',
        stdin: "to it's",
        timeoutMs: 3_000,
      },
      { file: 'sh', args: ['-c', './look | sort'], env: [], timeoutMs: 300_000 },
    ]);
    expect(intentOf(told, 'words')).toEqual({
      method: 'EXEC',
      target: "./seed 'it'\\''s' 3 a b",
      repeatable: false,
    });
    expect(intentOf(told, 'line')).toEqual({ method: 'EXEC', target: './look | sort', repeatable: true });
  });

  test('gives outputs, and what later steps read of it', async () => {
    const told = await tellCommands(
      `
steps:
  - id: seed
    exec: ./seed
    outputs: { id: $.id, all: text, why: { value: "\${{ response.stderr }}" } }
  - id: after
    set:
      seen: "\${{ steps.seed.response.status }} \${{ steps.seed.response.body.id }} \${{ steps.seed.response.stderr }}"
`,
      { './seed': { stdout: '{"id": 7}\n', stderr: 'slow' } },
    );
    expect(told.record.state).toBe('passed');
    expect(told.outputs('seed')).toEqual({ id: 7, all: '{"id": 7}\n', why: 'slow' });
    expect(told.outputs('after')).toEqual({ seen: '0 7 slow' });
  });

  test.each<[string, string, Ran, string]>([
    ['has to end with 0', '', { exitCode: 2 }, 'failed assertion'],
    [
      'has to, beside assertions on something else',
      '- text: hi',
      { exitCode: 2, stdout: 'hi' },
      'failed assertion',
    ],
    ['may end as its step says', '- status: [0, 2]', { exitCode: 2 }, 'passed'],
    ['may, in an expression too', `- value: "\${{ response.status < 3 }}"`, { exitCode: 2 }, 'passed'],
    ['is judged by what it wrote', '- regex: "n=(\\\\d+)"\n        equals: "3"', { stdout: 'n=3' }, 'passed'],
    ['is judged by how long it took', '- duration: { lessThan: 10ms }', {}, 'failed assertion'],
    ['has no JSON where it wrote none', '- body: { $.id: 1 }', { stdout: 'id' }, 'failed assertion'],
  ])('%s', async (_, assertion, ran, expected) => {
    const assertions = assertion === '' ? '' : `assertions:\n      ${assertion}`;
    const told = await tellCommands(`steps:\n  - id: seed\n    exec: ./seed\n    ${assertions}\n`, {
      './seed': ran,
    });
    const { state, reason } = told.step('seed');
    expect([state, reason].filter((word) => word !== undefined).join(' ')).toBe(expected);
  });

  test.each<[Execution['result'], string, string, string]>([
    [{ kind: 'failed', reason: 'timeout', message: 'killed' }, 'timeout', 'yes', 'passed'],
    [{ kind: 'notStarted', message: 'no such file' }, 'notStarted', 'no', 'pending'],
  ])('that gave nothing fails: %o', async (result, reason, sent, undo) => {
    const told = await tellCommands(
      `
steps:
  - id: seed
    exec: ./seed
    cleanup:
      - { id: undo, exec: ./undo }
`,
      { './seed': { result } },
    );
    expect(told.outcome('seed')).toMatchObject({ state: 'failed', reason, sent });
    expect(told.evidence('seed').error).toMatchObject({ reason, message: expect.any(String) });
    expect(told.record).toMatchObject({ state: 'failed', reason: 'request' });
    expect(told.step('seed/undo').state).toBe(undo);
  });

  test('may be expected to be killed', async () => {
    const told = await tellCommands(
      'steps:\n  - id: seed\n    exec: ./seed\n    assertions:\n      - error: timeout\n',
      { './seed': { result: { kind: 'failed', reason: 'timeout', message: 'killed' } } },
    );
    expect(told.record.state).toBe('passed');
  });

  test('leaves evidence, and no secret in it', async () => {
    const told = await tellCommands(
      `steps:\n  - id: seed\n    exec: [./seed, "\${{ secrets.TOKEN }}"]\n`,
      { 'hidden-token': { stdout: 'got hidden-token', stderr: 'hidden-token!' } },
      { secrets: { TOKEN: 'hidden-token' } },
    );
    expect(told.evidence('seed').command).toEqual({
      text: './seed "$SECRET"',
      exitCode: 0,
      stdout: { size: 16, sha256: expect.any(String), text: 'got ***' },
      stderr: { size: 13, sha256: expect.any(String), text: '***!' },
    });
    expect(JSON.stringify(told.events)).not.toContain('hidden-token');
  });
});

const seeds = 'steps:\n  - id: seed\n    exec: ./seed\n';

describe('commands are off', () => {
  test('where the run does not allow them', async () => {
    const told = await tellCommands(seeds, {}, { request: {} });
    expect(told.commands).toEqual([]);
    expect(told.outcome('seed')).toMatchObject({ state: 'failed', reason: 'value', sent: 'no' });
  });

  test('where nothing runs them', async () => {
    const told = await tell({ yaml: seeds, request: { allowExec: true } });
    expect(told.outcome('seed')).toMatchObject({ state: 'failed', reason: 'value', sent: 'no' });
  });
});

test('a command in a loop runs once for each element', async () => {
  const told = await tellCommands(`
steps:
  - id: seed
    forEach: [a, b]
    exec: [./seed, "\${{ item }}"]
    outputs: { index: { value: "\${{ index }}" } }
`);
  expect(told.commands.map(({ args }) => args)).toEqual([['a'], ['b']]);
  expect(told.outputs('seed')).toEqual({ index: [0, 1] });
});

test('a command that is not safe to repeat, and was under way, makes the run ask', async () => {
  const told = await tellCommands(seeds);
  const history = told.events.slice(0, told.events.findIndex(({ type }) => type === 'step.started') + 1);
  const resumed = await tellCommands(seeds, {}, { history });
  expect(resumed.ending).toEqual({ kind: 'interrupted', keys: ['seed'] });
  expect(resumed.commands).toEqual([]);
  const safe = seeds.replace('exec', 'idempotent: true\n    exec');
  const first = await tellCommands(safe);
  const before = first.events.slice(0, first.events.findIndex(({ type }) => type === 'step.started') + 1);
  const again = await tellCommands(safe, {}, { history: before });
  expect([again.record.state, again.commands.length]).toEqual(['passed', 1]);
});
