import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Project } from './project.ts';
import { readVariable, type Shell } from './shell.ts';

/** Looks a secret up: the shell's variable of the same name first, then the dotenv file. An empty one is missing. */
export type SecretLookup = (name: string) => string | undefined;

/** Secrets of this machine. The dotenv file is read when the first secret is not in the shell. */
export function createSecretLookup(project: Project, shell: Shell): SecretLookup {
  let file: Shell | undefined;
  return (name) => {
    const fromShell = readVariable(shell, name);
    if (fromShell !== undefined && fromShell !== '') return fromShell;
    file ??= readDotenv(project);
    return readVariable(file, name) || undefined;
  };
}

function readDotenv({ root, settings }: Project): Shell {
  const path = settings.dotenv === undefined ? undefined : resolve(root, settings.dotenv);
  return path === undefined || !existsSync(path) ? {} : parseEnv(readFileSync(path, 'utf8'));
}
