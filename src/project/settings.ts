import type { Report } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import { described } from '../journey/described.ts';
import { type EntryList, entries, record } from '../journey/map-shapes.ts';
import type { TextNode } from '../journey/node.ts';
import { duration, number, text } from '../journey/scalar-shapes.ts';
import { type Infer, type JsonSchema, schemaOf } from '../journey/shape.ts';
import { parseTree } from '../journey/tree.ts';
import { type Redact, redactOf, redactShape } from './redact.ts';
import { type ParsedService, serviceShape } from './service.ts';

const settingsShape = record({
  name: 'reqflo.yaml',
  required: {},
  optional: {
    $schema: text('Schema for editors'),
    environment: described(text(), 'The environment that is used without --env', 'local'),
    runner: described(
      record({
        name: 'runner',
        required: {},
        optional: {
          url: described(text(), 'Where --cloud sends runs', 'https://runner.example'),
          idleTimeout: described(duration(), 'An idle embedded runner stops then', '10m'),
        },
      }),
      'What runs are sent to with --cloud',
    ),
    concurrency: described(number({ integer: true, minimum: 1 }), 'Runs at the same time', 10),
    callbacks: described(
      record({
        name: 'callbacks',
        required: {},
        optional: {
          listen: described(
            text(),
            'Where calls are heard; a free port of 127.0.0.1 when left out',
            '0.0.0.0:8080',
          ),
          url: described(
            text(),
            'What the URLs of callbacks begin with, where a tunnel leads here',
            'https://tunnel.example',
          ),
        },
      }),
      'How outside systems reach a run that waits for them (waitFor)',
    ),
    secrets: described(
      record({
        name: 'secrets',
        required: {},
        optional: {
          dotenv: described(text(), 'A dotenv file with secrets, for what the shell does not have', '.env'),
        },
      }),
      'Where secrets come from, after the shell',
    ),
    services: described(
      entries(serviceShape, 'a map of services'),
      'What holds of a service in every environment',
      { shop: { idempotencyHeader: 'Idempotency-Key' } },
    ),
    redact: described(redactShape, 'What is never shown or kept', {
      headers: ['x-session'],
      body: ['$..password'],
    }),
  },
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
  /** May read `shell.NAME`. */
  readonly callbacks?: { readonly listen?: TextNode; readonly url?: TextNode };
  readonly dotenv?: string;
  readonly services: EntryList<ParsedService>;
  readonly redact?: Redact;
}

const noServices: EntryList<ParsedService> = { span: { start: 0, end: 0 }, entries: [] };

export const noSettings: Settings = { services: noServices };

function settingsOf(source: Source, read: Infer<typeof settingsShape>): Settings {
  const { environment, runner, concurrency, callbacks, secrets, services, redact } = read;
  return {
    source,
    ...(environment === undefined ? {} : { environment }),
    ...(runner?.url === undefined ? {} : { runnerUrl: runner.url }),
    ...(runner?.idleTimeout === undefined ? {} : { idleTimeoutMs: runner.idleTimeout.value }),
    ...(callbacks === undefined ? {} : { callbacks }),
    ...(concurrency === undefined ? {} : { concurrency: concurrency.value }),
    ...(secrets?.dotenv === undefined ? {} : { dotenv: secrets.dotenv.text }),
    services: services ?? noServices,
    ...(redact === undefined ? {} : { redact: redactOf(redact) }),
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
