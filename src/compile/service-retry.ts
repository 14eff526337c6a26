import type { Retry } from '../artifact/types.ts';
import type { Source } from '../diagnostics/source.ts';
import type { Compilation } from './compilation.ts';
import { type Compiling, createUsage } from './compiling.ts';
import { compileRetry } from './retry.ts';
import { type Layer, type Resolving, strongest } from './service-layers.ts';

/** The strongest layer's, whole. */
export function resolveRetry(resolving: Resolving, layers: readonly Layer[]): Retry | undefined {
  const given = strongest(layers, ({ retry }) => retry);
  if (given === undefined) return undefined;
  const after = { outputs: [], answer: true };
  return compileRetry(createCompiling(resolving, given.source), { after }, given.value);
}

function createCompiling({ report }: Resolving, source: Source): Compiling {
  const project = { services: [] };
  const compilation: Compilation = {
    project,
    report,
    sources: [source],
    needs: { services: new Set(), values: new Set(), secrets: new Set() },
    files: new Map(),
    acceptance: new Map(),
    templates: new Map(),
    journeys: new Map(),
    stepCount: 0,
    inline: () => undefined,
  };
  return {
    compilation,
    source,
    report,
    project,
    plan: { byId: new Map(), byNode: new Map(), byCallback: new Map() },
    inputs: [],
    inputTypes: new Map(),
    variables: [],
    acceptance: [],
    actors: new Map(),
    namespaces: [],
    usage: createUsage(compilation.needs),
    conditions: new Map(),
    callers: [],
    answerAlone: true,
  };
}
