import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { digestOf, encodeArtifact } from '../../src/artifact/canonical.ts';
import type { ServiceSettings } from '../../src/artifact/environment.ts';
import { readArtifact } from '../../src/artifact/read.ts';
import type { Redaction } from '../../src/artifact/redaction.ts';
import type { Artifact } from '../../src/artifact/types.ts';
import { compileJourney } from '../../src/compile/compile.ts';
import type { NewRun } from '../../src/stores/store.ts';
import { memoryProject } from '../support/memory-project.ts';
import type { Answers } from './target.ts';

const folder = join(import.meta.dirname, '../../fixtures/runs');

/** A journey to be run again and again, and what happens around it. */
export interface Scene {
  readonly name: string;
  readonly artifact: Artifact;
  readonly run: NewRun;
  readonly answers: Answers;
  /** A person cancels as soon as this is on record: `step.finished cart`. */
  readonly cancelAfter?: string;
  readonly signals: readonly Injected[];
  /** Short enough to be crashed twice. */
  readonly small: boolean;
  readonly expected?: Expected;
}

/** Something comes from outside as soon as an event is on record, and again until it is durable. */
export interface Injected {
  /** `wait.started ~wait/paid` */
  readonly after: string;
  readonly name: string;
  /** A call with this body, else a decision. */
  readonly json?: unknown;
  readonly approved?: boolean;
}

/** What a run comes to that nobody disturbs. */
export interface Expected {
  /** Its state, its reason, and the step that decided it: `failed assertion pay`. */
  readonly run: string;
  /** Of steps, by key, the same, and how often they were tried: `passed after 2`. */
  readonly steps: { readonly [key: string]: string };
}

/** What lies beside a journey: `run.yaml` of a fixture. */
export interface Settings {
  /** Other journeys and templates of its project, by path. */
  readonly files?: { readonly [path: string]: string };
  readonly answers?: Answers;
  readonly secrets?: { readonly [name: string]: string };
  /** `redact` of its reqflo.yaml. */
  readonly redact?: Redaction;
  /** More settings of its service. */
  readonly service?: Partial<ServiceSettings>;
  readonly cancelAfter?: string;
  readonly signals?: readonly Injected[];
  readonly small?: boolean;
  readonly expected?: Expected;
}

/** Every fixture that says what its target answers. */
export function loadScenes(): readonly Scene[] {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'run.yaml')));
  return names.map(loadScene);
}

export function loadScene(name: string): Scene {
  const settings: Settings = parse(readFileSync(join(folder, name, 'run.yaml'), 'utf8'));
  return createScene(readFileSync(join(folder, name, 'journey.yaml'), 'utf8'), settings);
}

/** A scene of the text of a journey. */
export function createScene(text: string, settings: Settings): Scene {
  const compiled = compileJourney(
    { file: 'journeys/journey.yaml', text },
    {
      services: ['shop'],
      files: memoryProject(settings.files ?? {}),
      ...(settings.redact === undefined ? {} : { redact: settings.redact }),
    },
  );
  if (compiled.artifact === undefined) throw new Error(JSON.stringify(compiled.diagnostics));
  const artifact = encodeArtifact(compiled.artifact);
  const read = readArtifact(artifact);
  if (!read.ok) throw new Error(read.message);
  return {
    name: read.artifact.name,
    artifact: read.artifact,
    run: newRun(read.artifact, artifact, settings),
    answers: settings.answers ?? {},
    ...(settings.cancelAfter === undefined ? {} : { cancelAfter: settings.cancelAfter }),
    signals: settings.signals ?? [],
    small: settings.small === true,
    ...(settings.expected === undefined ? {} : { expected: settings.expected }),
  };
}

/** The same id and seed each time: what is drawn and what keys are made of must not differ. */
function newRun(artifact: Artifact, text: string, { secrets = {}, service }: Settings): NewRun {
  const id = 'run_01ARZ3NDEKTSV4RRFFQ69G5FAV';
  const defaults = artifact.inputs.flatMap(({ name, default: value }) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    request: {
      id,
      artifact: digestOf(text),
      journey: artifact.name,
      environment: {
        name: 'local',
        services: { shop: { url: 'http://shop.test', headers: [], ...service } },
        values: {},
      },
      inputs: Object.fromEntries(defaults),
      variables: {},
      origins: {},
      secrets: Object.keys(secrets),
      seed: 'seed',
      allowExec: true,
      createdAt: 1_700_000_000_000,
      firstRun: id,
      generations: {},
    },
    artifact: text,
    kept: [],
    secrets,
  };
}
