interface Schema {
  readonly $ref?: string;
  readonly anyOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: false;
}

const known = new Set(
  '$ref anyOf const enum type pattern format minimum maximum minItems maxItems items properties required additionalProperties $schema $id $defs title'.split(
    ' ',
  ),
);

/** What of `data` the schema refuses, by path. Knows the keywords that our schemas use, and refuses others. */
export function findViolations(
  root: object,
  data: unknown,
  schema: object = root,
  path = '$',
): readonly string[] {
  const rules = schema as Schema;
  const unknown = Object.keys(schema).filter((keyword) => !known.has(keyword));
  if (unknown.length > 0) throw new Error(`the walker does not know ${unknown.join(', ')}`);
  if (rules.$ref !== undefined) return findViolations(root, data, resolve(root, rules.$ref), path);
  const found: string[] = [];
  const refuse = (when: boolean, why: string): void => {
    if (when) found.push(`${path}: ${why}`);
  };
  if (rules.anyOf !== undefined) {
    const ways = rules.anyOf.map((way) => findViolations(root, data, way, path));
    if (!ways.some((way) => way.length === 0)) found.push(...ways.flat());
  }
  refuse(rules.const !== undefined && data !== rules.const, `not ${String(rules.const)}`);
  refuse(rules.enum !== undefined && !rules.enum.includes(data), `not one of ${rules.enum?.join(', ')}`);
  const types = rules.type === undefined ? [] : [rules.type].flat();
  refuse(types.length > 0 && !types.some((type) => isOfType(data, type)), `not ${types.join(' or ')}`);
  if (typeof data === 'string') {
    refuse(rules.pattern !== undefined && !new RegExp(rules.pattern, 'u').test(data), 'other pattern');
    refuse(rules.format === 'date-time' && new Date(data).toJSON() !== data, 'no date-time');
  }
  if (typeof data === 'number') {
    refuse(data < (rules.minimum ?? data), 'too small');
    refuse(data > (rules.maximum ?? data), 'too large');
  }
  if (Array.isArray(data)) {
    refuse(
      data.length < (rules.minItems ?? 0) || data.length > (rules.maxItems ?? data.length),
      'other length',
    );
    const { items } = rules;
    if (items !== undefined)
      found.push(...data.flatMap((item, index) => findViolations(root, item, items, `${path}[${index}]`)));
  } else if (typeof data === 'object' && data !== null) {
    for (const name of rules.required ?? []) refuse(!Object.hasOwn(data, name), `no ${name}`);
    for (const [name, value] of Object.entries(data)) {
      const property = rules.properties?.[name];
      if (property !== undefined) found.push(...findViolations(root, value, property, `${path}.${name}`));
      else refuse(rules.additionalProperties === false, `unexpected ${name}`);
    }
  }
  return found;
}

function resolve(root: object, reference: string): object {
  const name = reference.replace('#/$defs/', '');
  const definition = (root as { $defs: { [name: string]: object } }).$defs[name];
  if (definition === undefined) throw new Error(`there is no ${reference}`);
  return definition;
}

function isOfType(data: unknown, type: string): boolean {
  if (type === 'null') return data === null;
  if (type === 'integer') return Number.isInteger(data);
  if (type === 'array') return Array.isArray(data);
  if (type === 'object') return typeof data === 'object' && data !== null && !Array.isArray(data);
  return typeof data === type;
}
