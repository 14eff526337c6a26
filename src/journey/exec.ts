import { described } from './described.ts';
import { type EntryList, type Listed, list, record } from './map-shapes.ts';
import type { Node, TextNode } from './node.ts';
import { text } from './scalar-shapes.ts';
import { type Reading, reportAt, type Shape, wrongType } from './shape.ts';
import { wireEntries, wireValue } from './wire.ts';

/** What an `exec` step runs, as written. */
export interface ParsedExec {
  /** A line of the shell; beside `args` a file. */
  readonly command: TextNode;
  readonly args?: readonly Node[];
  readonly env?: EntryList<Node>;
  readonly cwd?: TextNode;
  readonly stdin?: TextNode;
}

type Words = Pick<ParsedExec, 'command' | 'args'>;

function readFile(node: Node, reading: Reading): TextNode | undefined {
  const read = text().read(node, reading);
  if (read === undefined || read.text.trim() !== '') return read;
  return reportAt(reading, 'invalid-value', node.span, 'a command is missing here');
}

const argumentsShape: Shape<Listed<Node>> = list(wireValue, 'a list of arguments');

const wordsShape: Shape<Words> = {
  read(node, reading) {
    if (node.kind === 'text') {
      const command = readFile(node, reading);
      return command && { command };
    }
    if (node.kind !== 'list') return wrongType(reading, node, 'a command line, or a file with its arguments');
    const [file, ...rest] = node.items;
    if (file === undefined) {
      return reportAt(reading, 'invalid-value', node.span, 'a list holds a file, and its arguments');
    }
    const command = readFile(file, reading);
    const args = argumentsShape.read({ ...node, items: rest }, reading);
    return command && args && { command, args: args.items };
  },
  schema: (definitions) => ({
    anyOf: [
      { type: 'string', pattern: '\\S' },
      {
        type: 'array',
        prefixItems: [{ type: 'string', pattern: '\\S' }],
        items: wireValue.schema(definitions),
        minItems: 1,
      },
    ],
    description: 'A line of the shell, or a file with its arguments, which no shell reads',
    examples: ['./seed.sh', ['./seed.sh', `\${{ inputs.sku }}`]],
  }),
};

const execRecord = record({
  name: 'exec',
  required: { command: wordsShape },
  optional: {
    args: described(argumentsShape, 'Arguments: the command is a file then, and no shell reads them', [
      '--fast',
    ]),
    env: described(
      wireEntries,
      'Variables of its environment, beside PATH, HOME and LANG; it inherits nothing else',
      { TOKEN: `\${{ secrets.TOKEN }}` },
    ),
    cwd: described(
      text(),
      'The folder that it runs in, inside the project; the project itself when left out',
      'tools',
    ),
    stdin: described(text(), 'What it reads from its standard input', `\${{ steps.pay.outputs.receipt }}`),
  },
  elsewhere: new Map(
    ['timeout', 'idempotent', 'outputs', 'assertions'].map((name) => [
      name,
      'it stands beside "exec", in the step',
    ]),
  ),
});

/** A command line, a list of a file and its arguments, or a map with more to say. */
export const execShape: Shape<ParsedExec> = {
  read(node, reading) {
    if (node.kind !== 'map') return wordsShape.read(node, reading);
    const read = execRecord.read(node, reading);
    if (read === undefined) return undefined;
    const { command: words, args: more, env, cwd, stdin } = read;
    const args = more === undefined ? words.args : [...(words.args ?? []), ...more.items];
    return {
      command: words.command,
      ...(args === undefined ? {} : { args }),
      ...(env === undefined ? {} : { env }),
      ...(cwd === undefined ? {} : { cwd }),
      ...(stdin === undefined ? {} : { stdin }),
    };
  },
  schema: (definitions) => ({ anyOf: [wordsShape.schema(definitions), execRecord.schema(definitions)] }),
};
