import { expect, test } from 'vitest';
import { renderCurl, type Travel } from '../../src/run/curl.ts';
import type { RequestEvidence } from '../../src/run/outcome.ts';

type Headers = RequestEvidence['headers'];

function curl(method: string, body?: string, headers: Headers = [], url = 'https://a.b/c'): string {
  const evidence = body === undefined ? {} : { body: { size: 1, sha256: '', text: body } };
  return renderCurl({ method, url, ...evidence }, headers);
}

test.each<[what: string, command: string, written: string]>([
  ['GET is implied', curl('GET'), 'curl https://a.b/c'],
  ['another method is named', curl('DELETE'), 'curl -X DELETE https://a.b/c'],
  ['a strange one is quoted', curl("M'X"), "curl -X 'M'\\''X' https://a.b/c"],
  ['HEAD reads no body', curl('HEAD'), 'curl --head https://a.b/c'],
  ['POST is implied by a body', curl('POST', 'a'), 'curl https://a.b/c --data-raw a'],
  ['and named without one', curl('POST'), 'curl -X POST https://a.b/c'],
  ['GET is named with a body', curl('GET', 'a b'), "curl -X GET https://a.b/c --data-raw 'a b'"],
  ['an empty text is quoted', curl('POST', ''), "curl https://a.b/c --data-raw ''"],
  [
    'JSON has its own option',
    curl('POST', '{"a":1}', [['Content-Type', 'application/json']]),
    `curl https://a.b/c --json '{"a":1}'`,
  ],
  [
    'but with another type of JSON',
    curl('POST', '1', [['Content-Type', 'application/a+json']]),
    "curl https://a.b/c -H 'content-type: application/a+json' --data-raw 1",
  ],
  [
    'a type without a body stays',
    curl('GET', undefined, [['Content-Type', 'application/json']]),
    "curl https://a.b/c -H 'content-type: application/json'",
  ],
  [
    'a query is quoted',
    curl('GET', undefined, [], "https://a.b/c?d=e&f='"),
    "curl 'https://a.b/c?d=e&f='\\'''",
  ],
  [
    'credentials are variables',
    curl('GET', undefined, [
      ['Authorization', 'Bearer ***'],
      ['Cookie', 'a=***'],
      ['X-Key', '***'],
    ]),
    'curl https://a.b/c -H "authorization: Bearer $TOKEN" -H "cookie: a=$COOKIE" -H "x-key: $X_KEY"',
  ],
  [
    'each is a variable of its own',
    curl('POST', 'a=***&b=***', [['X-Key', '***.***']], 'https://a.b/***?c=***'),
    'curl "https://a.b/$SECRET?c=$SECRET_2" -H "x-key: $X_KEY.$X_KEY_2" --data-raw "a=$SECRET_3&b=$SECRET_4"',
  ],
  [
    'what stands behind it is no part of its name',
    curl('POST', 'pre***post ***_ ***- ******'),
    `curl https://a.b/c --data-raw "pre\${SECRET}post \${SECRET_2}_ $SECRET_3- $SECRET_4$SECRET_5"`,
  ],
  [
    'brackets in a URL are not read by curl',
    curl('GET', undefined, [], 'https://a.b/c?d[0]={e,f}'),
    "curl --globoff 'https://a.b/c?d[0]={e,f}'",
  ],
  ['an empty header is sent', curl('GET', undefined, [['X-Empty', '']]), "curl https://a.b/c -H 'x-empty;'"],
  [
    'a header with a strange name is a secret',
    curl('GET', undefined, [['1!', '***']]),
    'curl https://a.b/c -H "1!: $SECRET"',
  ],
  [
    'inside double quotes nothing else is one',
    curl('POST', '"***" $HOME `id` \\'),
    'curl https://a.b/c --data-raw "\\"$SECRET\\" \\$HOME \\`id\\` \\\\"',
  ],
  [
    'a masked part of the URL too',
    curl('GET', undefined, [], 'https://a.b/***'),
    'curl "https://a.b/$SECRET"',
  ],
])('%s', (_, command, written) => {
  expect(command).toBe(written);
});

test.each<[travel: Travel, options: string]>([
  [{}, ''],
  [{ compression: true, http2: true }, ' --compressed --http2'],
  [{ tls: { insecure: true } }, ' --insecure'],
  [{ tls: { ca: 'a', cert: 'b', key: 'c' } }, ' --cacert ca.pem --cert cert.pem --key key.pem'],
  [{ proxy: 'http://proxy.example:3128' }, ' --proxy http://proxy.example:3128'],
  [{ proxy: 'http://ada:***@proxy.example' }, ' --proxy "http://ada:$PROXY_CREDENTIALS@proxy.example"'],
])('how it travels: %j', (travel, options) => {
  expect(renderCurl({ method: 'GET', url: 'https://a.b/c' }, [], travel)).toBe(
    `curl https://a.b/c${options}`,
  );
});

test.each<[what: string, command: string, written: string]>([
  [
    'a line break',
    curl('POST', "it's\n1\t2\r\n\\"),
    "curl https://a.b/c --data-raw $'it\\'s\\n1\\t2\\r\\n\\\\'",
  ],
  [
    'control characters',
    curl('POST', 'a\u001bb\u0085\u202e'),
    "curl https://a.b/c --data-raw $'a\\x1bb\\u0085\\u202e'",
  ],
  [
    'a secret beside one',
    curl('POST', '***\na***'),
    `curl https://a.b/c --data-raw "$SECRET"$'\\na'"$SECRET_2"`,
  ],
  [
    'dots of a path',
    curl('GET', undefined, [], 'https://a.b/c/../d'),
    'curl --path-as-is https://a.b/c/../d',
  ],
])('%s survives a shell and a report', (_, command, written) => {
  expect(command).toBe(written);
});
