import type { Environment } from '../artifact/environment.ts';
import type { Target } from '../artifact/judgement.ts';
import type { Artifact, Condition, Step } from '../artifact/types.ts';
import { loadCss } from '../query/css.ts';
import { loadJsonSchema } from '../query/json-schema.ts';
import { loadXml } from '../query/xml.ts';
import { everyStep } from '../run/plan-order.ts';

const loaders: { readonly [kind in Target['kind']]?: () => Promise<void> } = {
  xpath: loadXml,
  css: loadCss,
  schema: loadJsonSchema,
  openapi: loadJsonSchema,
};

/** Loads what the targets of a run need, and nothing that they do not: these libraries are large. */
export async function loadLibraries(artifact: Artifact, { services }: Environment): Promise<void> {
  const lent = Object.values(services).flatMap(({ retry }) => assertionsOf(retry?.when));
  const kinds = new Set([
    ...everyStep(artifact).flatMap(targetsOf),
    ...lent.map(({ target }) => target.kind),
  ]);
  await Promise.all([...kinds].map((kind) => loaders[kind]?.()));
}

function targetsOf(step: Step): readonly Target['kind'][] {
  const conditions = step.kind === 'request' ? [step.poll?.until, step.retry?.when] : [];
  const looked = [
    ...step.outputs,
    ...step.assertions,
    ...(step.repeat?.set ?? []),
    ...[...conditions, step.repeat?.until].flatMap(assertionsOf),
  ];
  return looked.map(({ target }) => target.kind);
}

function assertionsOf(condition: Condition | undefined): Step['assertions'] {
  return condition?.kind === 'assertions' ? condition.assertions : [];
}
