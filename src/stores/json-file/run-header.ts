import type { RunRequest } from '../../run/request.ts';

/** `run.json`: what a run is, in a form that outlives a damaged journal. Written once. */
export interface RunHeader {
  readonly format: 'reqflo-run/1';
  readonly id: string;
  readonly artifact: string;
  readonly journey: string;
  readonly case?: string;
  readonly environment: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly createdAt: number;
  readonly firstRun: string;
  readonly retryOf?: string;
  readonly batch?: NonNullable<RunRequest['batch']>;
}

export function createHeader(request: RunRequest): RunHeader {
  return {
    format: 'reqflo-run/1',
    id: request.id,
    artifact: request.artifact,
    journey: request.journey,
    ...(request.case === undefined ? {} : { case: request.case }),
    environment: request.environment.name,
    createdAt: request.createdAt,
    firstRun: request.firstRun,
    ...(request.retryOf === undefined ? {} : { retryOf: request.retryOf }),
    ...(request.batch === undefined ? {} : { batch: request.batch }),
  };
}

export function readHeader(content: unknown): RunHeader | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const header = content as Partial<RunHeader>;
  if (header.format !== 'reqflo-run/1' || typeof header.createdAt !== 'number') return undefined;
  const texts = [header.id, header.artifact, header.journey, header.environment, header.firstRun];
  return texts.every((text) => typeof text === 'string') ? (header as RunHeader) : undefined;
}

/** What can still be said of a run whose `run.created` cannot be read. */
export function requestFrom(id: string, header: RunHeader | undefined): RunRequest {
  return {
    id,
    artifact: header?.artifact ?? '',
    journey: header?.journey ?? '',
    ...(header?.case === undefined ? {} : { case: header.case }),
    environment: { name: header?.environment ?? '', services: {}, values: {} },
    inputs: {},
    variables: {},
    origins: {},
    secrets: [],
    seed: '',
    createdAt: header?.createdAt ?? 0,
    firstRun: header?.firstRun ?? id,
    ...(header?.retryOf === undefined ? {} : { retryOf: header.retryOf }),
    ...(header?.batch === undefined ? {} : { batch: header.batch }),
    generations: {},
  };
}
