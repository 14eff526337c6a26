/** What other languages write, and CEL does not: where an expression does not parse, one of them is to blame. */
const hints: readonly (readonly [written: RegExp, fix: string])[] = [
  [/===|(?<![=!<>])=(?![=>])/, 'to compare, write =='],
  [/!==|<>/, 'for what is not equal, write !='],
  [/=>/, 'a function stands in a macro: list.map(x, x.id)'],
  [/\band\b/i, 'write &&'],
  [/\bor\b/i, 'write ||'],
  [/\bnot\b/i, 'write !'],
  [/\?\?/, 'write a.?b.orValue(c)'],
  [/\?\./, 'what may be missing is read with a.?b'],
  [/`/, 'a text stands in "…" or \'…\''],
];

/** How to write what stands in an expression that does not parse; undefined where nothing of it is known. */
export function syntaxHint(text: string): string | undefined {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""');
  return hints.find(([written]) => written.test(bare))?.[1];
}

/** Functions by the names of other languages; those of methods begin with a dot. */
export const functionHints: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'size(x)': ['.length', '.count', '.len', 'len', 'length', 'count'],
    'x.upperAscii()': ['.toUpperCase', '.upper', '.toUpper', 'upper', 'upcase'],
    'x.lowerAscii()': ['.toLowerCase', '.lower', '.toLower', 'lower', 'downcase'],
    'x.contains(y)': ['.includes', '.include', 'contains', 'includes'],
    'x.matches(pattern)': ['.match', '.test', 'regex', 'matches'],
    'x.substring(from, to)': ['.slice', '.substr', 'substring'],
    'string(x)': ['.toString', 'str', 'String', 'toString'],
    'int(x)': ['parseInt', 'toInt', 'Number', 'toNumber'],
    'double(x)': ['parseFloat', 'toFloat', 'float'],
    'uuid()': ['guid', 'uuidv4', 'uuid4', 'randomUUID'],
    'json(x)': ['.json', 'parseJson', 'fromJson', 'fromjson'],
    'list.exists(x, …)': ['.some', '.any'],
    'list.all(x, …)': ['.every'],
  }).flatMap(([ours, others]) => others.map((other) => [other, `write ${ours}`] as const)),
);
