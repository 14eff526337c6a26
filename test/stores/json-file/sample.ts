import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { digestOf, encodeArtifact } from '../../../src/artifact/canonical.ts';
import type { Artifact, RequestStep } from '../../../src/artifact/types.ts';
import type { RunEvent } from '../../../src/run/event.ts';
import type { RunRequest } from '../../../src/run/request.ts';
import { createRunId } from '../../../src/stores/ids.ts';
import { diskFiles, type Files } from '../../../src/stores/json-file/files.ts';
import { openJsonFileStore } from '../../../src/stores/json-file/store.ts';
import type { NewRun, RunStore } from '../../../src/stores/store.ts';

/** A folder that is removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reqflo-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function step(key: string): RequestStep {
  return {
    kind: 'request',
    key,
    id: key,
    at: [0, 1, 1, 1, 2],
    verifies: [],
    outputs: [],
    reads: [],
    assertions: [],
    cleanup: [],
    undoes: [],
    request: { method: 'POST', path: `/${key}`, service: 'shop', query: [], headers: [] },
  };
}

const artifact: Artifact = {
  format: 'reqflo-artifact/1',
  name: 'checkout',
  tags: [],
  acceptance: [],
  inputs: [],
  variables: [],
  presets: [],
  cases: [],
  needs: { services: ['shop'], values: [], secrets: [] },
  steps: [step('login'), step('pay')],
  cleanup: [],
  sources: [{ file: 'journeys/checkout.yaml', text: 'name: checkout\n' }],
};
export const artifactText = encodeArtifact(artifact);
export const artifactDigest = digestOf(artifactText);

export function newRun(change: Partial<NewRun> = {}, request: Partial<RunRequest> = {}): NewRun {
  const id = createRunId(1_700_000_000_000);
  return {
    request: {
      id,
      artifact: artifactDigest,
      journey: 'checkout',
      environment: { name: 'staging', services: {}, values: {} },
      inputs: {},
      variables: {},
      origins: {},
      secrets: [],
      seed: 'seed',
      createdAt: 1_700_000_000_000,
      firstRun: id,
      generations: {},
      ...request,
    },
    artifact: artifactText,
    kept: [],
    secrets: {},
    ...change,
  };
}

const intent = { method: 'POST', target: 'http://shop.test/login', repeatable: false } as const;
export const started: RunEvent = { type: 'step.started', at: 10, key: 'login', intent };

export function finished(key: string, more: Partial<RunEvent & { type: 'step.finished' }> = {}): RunEvent {
  const outcome = { state: 'passed', sent: 'yes', startedAt: 10, at: 20 } as const;
  const evidence = { assertions: [], durationMs: 10 };
  return { type: 'step.finished', at: 20, key, outcome, evidence, ...more };
}

export const runFinished: RunEvent = { type: 'run.finished', at: 30, state: 'passed' };

export async function openStore(
  dir: string,
  files: Files = diskFiles,
  onFatal: (error: Error) => void = (error) => {
    throw error;
  },
): Promise<RunStore> {
  const store = await openJsonFileStore({ dir, files, onFatal, now: () => 1_700_000_000_500 });
  // After a failed sync, or on a disk that stopped, there is nothing to leave in order.
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

/** A run with two passes' worth of lines in its journal; of a finished one the last seals it. */
export async function recordRun(store: RunStore, end: 'open' | 'finished'): Promise<string> {
  const run = newRun();
  const { id } = run.request;
  await store.create(run);
  const { epoch } = await store.claim(id, 'worker-1', undefined);
  await store.append(id, epoch, [started]);
  await store.append(id, epoch, [finished('login'), ...(end === 'finished' ? [runFinished] : [])]);
  return id;
}

/** Every file below a folder, by path. */
export async function everyFile(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found.set(path, await readFile(path));
  }
  return found;
}
