import type { Ajv, Options } from 'ajv';
import { exactKeywords } from './json-schema-keywords.ts';

/** One version of JSON Schema. */
export interface Dialect {
  /** A validator for one schema: identifiers in schemas are remembered. */
  create(): Ajv;
  /** The validator that checks schemas against the dialect's own schema. */
  checker(): Ajv;
}

export const standardDialect = 'https://json-schema.org/draft/2020-12/schema';

const options: Options = {
  strict: false,
  allErrors: true,
  // Errors hold the schema that they come from.
  verbose: true,
  logger: false,
  validateSchema: false,
};

let dialects: ReadonlyMap<string, Dialect> | undefined;

function createDialect(create: () => Ajv): Dialect {
  let checker: Ajv | undefined;
  const prepared = (): Ajv => {
    const ajv = create();
    for (const definition of exactKeywords) {
      ajv.removeKeyword(String(definition.keyword));
      ajv.addKeyword(definition);
    }
    return ajv;
  };
  return {
    create: prepared,
    checker() {
      checker ??= prepared();
      return checker;
    },
  };
}

/** Loads the validator, once. */
export async function loadDialects(): Promise<void> {
  if (dialects !== undefined) return;
  const [{ Ajv }, { Ajv2019 }, { Ajv2020 }, formats] = await Promise.all([
    import('ajv'),
    import('ajv/dist/2019.js'),
    import('ajv/dist/2020.js'),
    import('ajv-formats'),
  ]);
  const addFormats = formats.default.default;
  dialects = new Map([
    [standardDialect, createDialect(() => addFormats(new Ajv2020(options)))],
    ['https://json-schema.org/draft/2019-09/schema', createDialect(() => addFormats(new Ajv2019(options)))],
    ['http://json-schema.org/draft-07/schema', createDialect(() => addFormats(new Ajv(options)))],
  ]);
}

/** The dialect that `$schema` names. @throws TypeError where `loadDialects` was not awaited. */
export function dialectOf(uri: string): Dialect | undefined {
  if (dialects === undefined) throw new TypeError('loadJsonSchema() comes first');
  return dialects.get(uri.replace(/#$/, ''));
}

export function dialectNames(): readonly string[] {
  return [...(dialects?.keys() ?? [])];
}
