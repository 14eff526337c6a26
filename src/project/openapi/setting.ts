import { described } from '../../journey/described.ts';
import { record } from '../../journey/map-shapes.ts';
import type { TextNode } from '../../journey/node.ts';
import { text, word } from '../../journey/scalar-shapes.ts';
import { type Shape, wrongType } from '../../journey/shape.ts';
import { type OpenApiRules, openApiSeverities, standardRules } from '../../query/openapi.ts';

/** `openapi` of a service as written. */
export interface ParsedOpenApi {
  readonly file: TextNode;
  readonly rules: OpenApiRules;
}

const fileShape = text('The OpenAPI document (3.0 or 3.1) of the service, in YAML or JSON');
const severity = (what: string) => word(openApiSeverities, what);

const openApiRecord = record({
  name: 'openapi',
  required: { file: fileShape },
  optional: {
    severity: described(
      record({
        name: 'severity',
        required: {},
        optional: {
          status: severity('Of a status that is not documented; error when left out'),
          contentType: severity('Of a content type that is not documented; error when left out'),
          schema: severity('Of a body that does not fit its schema; error when left out'),
          undocumentedField: severity('Of a field that the schema does not name; warning when left out'),
        },
      }),
      'How bad each kind of finding is',
      { undocumentedField: 'ignore' },
    ),
  },
});

/** A file's name, or a map with how bad each kind of finding is. */
export const openApiShape: Shape<ParsedOpenApi> = {
  read(node, reading) {
    if (node.kind === 'text') return { file: node, rules: standardRules };
    if (node.kind !== 'map') return wrongType(reading, node, "a file's name, or a map");
    const read = openApiRecord.read(node, reading);
    if (read === undefined) return undefined;
    const { status, contentType, schema, undocumentedField } = read.severity ?? {};
    const rules: OpenApiRules = {
      status: status?.value ?? standardRules.status,
      contentType: contentType?.value ?? standardRules.contentType,
      schema: schema?.value ?? standardRules.schema,
      undocumentedField: undocumentedField?.value ?? standardRules.undocumentedField,
    };
    return { file: read.file, rules };
  },
  schema: (definitions) => ({
    anyOf: [fileShape.schema(definitions), openApiRecord.schema(definitions)],
    description: 'The document that `openapi: true` holds answers against',
  }),
};
