import type { Report } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { type EntryList, entries, record } from '../journey/map-shapes.ts';
import type { TextNode } from '../journey/node.ts';
import { duration, number, text } from '../journey/scalar-shapes.ts';
import { type Infer, type JsonSchema, schemaOf } from '../journey/shape.ts';
import { parseTree } from '../journey/tree.ts';
import { type ParsedService, serviceShape } from './service.ts';

const settingsShape = record({
  name: 'reqflo.yaml',
  required: {},
  optional: {
    $schema: text('Schema for editors'),
    environment: text('Used without --env'),
    runner: record({
      name: 'runner',
      required: {},
      optional: {
        url: text('Where --cloud sends runs'),
        idleTimeout: duration('An idle embedded runner stops then'),
      },
    }),
    concurrency: number({ integer: true, minimum: 1 }, 'Runs at the same time'),
    secrets: record({
      name: 'secrets',
      required: {},
      optional: { dotenv: text('A dotenv file with secrets') },
    }),
    services: entries(serviceShape, 'a map of services'),
  },
  later: ['redact'],
});

/** What reqflo.yaml says; all of it is optional. */
export interface Settings {
  /** Absent where the project has no reqflo.yaml. */
  readonly source?: Source;
  readonly environment?: TextNode;
  /** May read `shell.NAME`: see `resolveShell`. */
  readonly runnerUrl?: TextNode;
  readonly idleTimeoutMs?: number;
  readonly concurrency?: number;
  readonly dotenv?: string;
  readonly services: EntryList<ParsedService>;
}

const noServices: EntryList<ParsedService> = { span: { start: 0, end: 0 }, entries: [] };

export const noSettings: Settings = { services: noServices };

function settingsOf(source: Source, read: Infer<typeof settingsShape>): Settings {
  const { environment, runner, concurrency, secrets, services } = read;
  return {
    source,
    ...(environment === undefined ? {} : { environment }),
    ...(runner?.url === undefined ? {} : { runnerUrl: runner.url }),
    ...(runner?.idleTimeout === undefined ? {} : { idleTimeoutMs: runner.idleTimeout.value }),
    ...(concurrency === undefined ? {} : { concurrency: concurrency.value }),
    ...(secrets?.dotenv === undefined ? {} : { dotenv: secrets.dotenv.text }),
    services: services ?? noServices,
  };
}

export function parseSettings(source: Source, report: Report): Settings {
  const onlyComments = /^(?:\s*(?:#.*)?(?:\n|$))*$/.test(source.text);
  const tree = onlyComments ? undefined : parseTree(source, report);
  const read = tree === undefined ? undefined : settingsShape.read(tree, { source, report });
  return read === undefined ? { ...noSettings, source } : settingsOf(source, read);
}

export function settingsSchema(): JsonSchema {
  return schemaOf(settingsShape, 'Settings of a reqflo project');
}
