import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Dotenv, readDotenv } from './dotenv.ts';
import type { Project } from './project.ts';
import { readVariable, type Shell } from './shell.ts';

/** Looks a secret up: the shell's variable of the same name first, then the dotenv file. An empty one is missing. */
export type SecretLookup = (name: string) => string | undefined;

/** Secrets of this machine. The dotenv file is read when the first secret is not in the shell. */
export function createSecretLookup(
  project: Project,
  shell: Shell,
  report: (diagnostic: Diagnostic) => void = () => undefined,
): SecretLookup {
  let file: Dotenv | undefined;
  return (name) => {
    const fromShell = readVariable(shell, name);
    if (fromShell !== undefined && fromShell !== '') return fromShell;
    file ??= openDotenv(project, report);
    return readVariable(file, name) || undefined;
  };
}

function openDotenv({ root, settings }: Project, report: (diagnostic: Diagnostic) => void): Dotenv {
  const { dotenv } = settings;
  const path = dotenv === undefined ? undefined : resolve(root, dotenv);
  if (dotenv === undefined || path === undefined || !existsSync(path)) return {};
  return readDotenv(dotenv, readFileSync(path, 'utf8'), report);
}
