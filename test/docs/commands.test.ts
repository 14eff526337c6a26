import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { exitCodes, renderExitCodes } from '../../src/cli/exit-codes.ts';
import { createProgram } from '../../src/cli/program.ts';
import { listSchema, resultSchema } from '../../src/reporters/result-schema.ts';
import { writeProject } from '../support/project-folder.ts';
import { captureReqflo } from '../support/reqflo.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/commands.md'), 'utf8');
const inCode = [...page.matchAll(/`([^`\n]+)`/g)].map(([, text]) => text).join('\n');

interface Named {
  readonly path: readonly string[];
  readonly command: Command;
}

function commandsUnder(command: Command, path: readonly string[]): readonly Named[] {
  const inner = command.commands.flatMap((one) => commandsUnder(one, [...path, one.name()]));
  return [{ path, command }, ...inner];
}

const unused = { columns: 100, colour: false, interactive: false, unicode: true, write: () => undefined };
const program = createProgram({ stdout: unused, stderr: unused, env: {}, cwd: '.' }, () => undefined);
const commands = commandsUnder(program, []).map((one) => ({
  name: ['reqflo', ...one.path].join(' '),
  ...one,
}));

/** The text between the command's heading and the next one; of the program itself what stands before them all. */
function partOf({ name, path }: { readonly name: string } & Named): string {
  const [first = '', ...parts] = page.split(/^##+ /m);
  return path.length === 0 ? first : (parts.find((part) => part.startsWith(`${name}\n`)) ?? '');
}

function membersOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'properties' in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(membersOf)];
}

describe('the page of commands', () => {
  test.each(commands)('shows $name as its help does', async (one) => {
    const { stdout } = await captureReqflo([...one.path, '--help']);
    expect(partOf(one)).toContain(`\`\`\`text\n${stdout.trim()}\n\`\`\`\n`);
  });

  test.each(commands)('mentions every option of $name', (one) => {
    const flags = one.command.options.filter(({ hidden }) => !hidden).map((option) => option.flags);
    expect(flags.filter((text) => !partOf(one).includes(text))).toEqual([]);
  });

  test('names no command as missing that is there', () => {
    const [, missing = ''] = /^- Commands: (.*)$/m.exec(page) ?? [];
    const names = [...missing.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => program.commands.some((one) => one.name() === name))).toEqual([]);
  });

  test('shows the exit codes as help exit-codes does', () => {
    expect(page).toContain(`\`\`\`text\n${renderExitCodes().trim()}\n\`\`\`\n`);
    expect(exitCodes.map(([code]) => code)).toContain('0');
  });

  test.each([
    ['runs', resultSchema],
    ['a list', listSchema],
  ])('names every member of the document of %s', (_, schema) => {
    const missing = membersOf(schema).filter((name) => !new RegExp(`\\b${name}\\b`).test(inCode));
    expect(missing).toEqual([]);
  });

  test.each([[['validate', '--json']], [['compile', 'ping', '--json']], [['run', 'pong', '--json']]])(
    'names every member of what %s prints',
    async (args) => {
      const cwd = writeProject({
        'journeys/ping.yaml': 'name: ping\nsteps: [{ id: ping, request: { url: "http://127.0.0.1/" } }]\n',
      });
      const { stdout } = await captureReqflo(args, { cwd });
      const names = [...stdout.matchAll(/^ *"(\w+)":/gm)].map(([, name]) => name);
      expect(names.length).toBeGreaterThan(4);
      expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(inCode))).toEqual([]);
    },
  );
});
