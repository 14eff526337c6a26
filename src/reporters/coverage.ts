import { findResponse } from '../query/openapi.ts';
import { findOperation, pathsOf } from '../query/openapi-path.ts';
import type { Evidence } from '../run/outcome.ts';
import type { RunRecord } from '../run/record.ts';

/** The OpenAPI document of a service, as far as requests are counted against it. */
export interface CoveredService {
  readonly service: string;
  readonly file: string;
  readonly basePaths: readonly string[];
  readonly operations: readonly {
    readonly method: string;
    readonly path: string;
    /** `200`, `2XX`, `default`. */
    readonly statuses: readonly string[];
  }[];
}

/** What the journeys touched of one service. */
export interface ServiceCoverage {
  readonly service: string;
  readonly file: string;
  readonly operations: readonly OperationCoverage[];
  /** Requests to the service that are no operation of its document. */
  readonly unknown: readonly { readonly method: string; readonly path: string; readonly requests: number }[];
}

export interface OperationCoverage {
  readonly method: string;
  readonly path: string;
  readonly requests: number;
  /** The documented ones in the order written, with how many answers had them. */
  readonly statuses: readonly { readonly status: string; readonly answers: number }[];
  /** Statuses that were answered and are not documented. */
  readonly undocumented: readonly number[];
}

/** Counts the requests of runs against the documents of their services; it keeps no record. */
export interface Coverage {
  add(record: RunRecord): void;
  services(): readonly ServiceCoverage[];
}

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly status: number;
}

type Count = Map<string, number>;

function increase(count: Count, key: string): void {
  count.set(key, (count.get(key) ?? 0) + 1);
}

/** Every answered request of a step: those that were redirected, too. */
function sentIn(evidence: Evidence | undefined): readonly Sent[] {
  const { request, response, hops = [] } = evidence ?? {};
  const last = request === undefined || response === undefined ? [] : [{ ...request, ...response }];
  return [...hops, ...last].map(({ method, url, status }) => ({ method, url, status }));
}

/** Undefined: the request went somewhere else, or the base URL is not known here. */
function baseOf(record: RunRecord, service: string, url: string): string | undefined {
  const base = record.request.environment.services[service]?.url;
  const isBelow = base !== undefined && url.startsWith(base) && /^(?:[/?#]|$)/.test(url.slice(base.length));
  return isBelow ? base : undefined;
}

function createServiceCoverage(covered: CoveredService) {
  const { service, file, basePaths, operations } = covered;
  const answers: Count = new Map();
  const unknown: Count = new Map();
  const keyOf = (method: string, path: string, status: string | number): string =>
    JSON.stringify([method, path, status]);

  function add({ method, url, status }: Sent, base: string): void {
    const paths = pathsOf(url, base, basePaths);
    const operation = findOperation(operations, method, paths);
    if (operation === undefined) {
      increase(unknown, JSON.stringify([method, paths[0]]));
      return;
    }
    const responses = operation.statuses.map((one) => ({ status: one }));
    const documented = findResponse(responses, status)?.status;
    increase(answers, keyOf(operation.method, operation.path, documented ?? status));
  }

  function operationCoverage({
    method,
    path,
    statuses,
  }: CoveredService['operations'][number]): OperationCoverage {
    const counted = statuses.map((status) => ({
      status,
      answers: answers.get(keyOf(method, path, status)) ?? 0,
    }));
    const others = [...answers].flatMap(([key, count]) => {
      const [ofMethod, ofPath, status] = JSON.parse(key) as [string, string, string | number];
      return ofMethod === method && ofPath === path && typeof status === 'number' ? [{ status, count }] : [];
    });
    const requests = [...counted.map((one) => one.answers), ...others.map((one) => one.count)];
    return {
      method,
      path,
      requests: requests.reduce((sum, one) => sum + one, 0),
      statuses: counted,
      undocumented: others.map(({ status }) => status).sort((a, b) => a - b),
    };
  }

  function result(): ServiceCoverage {
    const strange = [...unknown].map(([key, requests]) => {
      const [method, path] = JSON.parse(key) as [string, string];
      return { method, path, requests };
    });
    return { service, file, operations: operations.map(operationCoverage), unknown: strange };
  }

  return { service, add, result };
}

export function createCoverage(services: readonly CoveredService[]): Coverage {
  const all = services.map(createServiceCoverage);
  return {
    add(record) {
      const evidence = record.steps.flatMap((step) => step.attempts.map((attempt) => attempt.evidence));
      for (const sent of evidence.flatMap(sentIn)) {
        for (const one of all) {
          const base = baseOf(record, one.service, sent.url);
          if (base !== undefined) one.add(sent, base);
        }
      }
    },
    services: () => all.map((one) => one.result()),
  };
}
