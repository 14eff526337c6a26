import { createHash } from 'node:crypto';
import type { SigV4Settings, WireRequest } from '../run/wire.ts';
import type { Target } from './target.ts';

type Headers = WireRequest['headers'];

/** Not signed: what is changed or added on the way. */
const unsigned = new Set(['connection', 'user-agent', 'x-amzn-trace-id', 'expect', 'host']);

/**
 * The headers that sign a request (AWS Signature Version 4), those that it has already left out.
 * @param at `20150830T123600Z`; default now.
 */
export async function signRequest(
  request: Pick<WireRequest, 'method' | 'headers' | 'body'>,
  target: Pick<Target, 'origin' | 'pathAndQuery'>,
  settings: SigV4Settings,
  at?: string,
): Promise<Headers> {
  const { AwsV4Signer } = await import('aws4fetch');
  const given = joinRepeated(request.headers);
  const signer = new AwsV4Signer({
    ...settings,
    method: request.method,
    url: target.origin + target.pathAndQuery,
    headers: Object.fromEntries([...given, ...payloadHash(request.body, settings, given)]),
    body: typeof request.body === 'string' ? request.body : new Uint8Array(request.body ?? []),
    allHeaders: true,
    ...(at !== undefined && { datetime: at }),
  });
  const { headers } = await signer.sign();
  return [...headers].filter(([name]) => !request.headers.some(([other]) => other.toLowerCase() === name));
}

/** AWS joins a repeated header with a comma alone. */
function joinRepeated(headers: Headers): Map<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (unsigned.has(key)) continue;
    const before = joined.get(key);
    const bytes = Buffer.from(value).toString('latin1').trim();
    joined.set(key, before === undefined ? bytes : `${before},${bytes}`);
  }
  return joined;
}

/** S3 alone wants the body's hash as a header. */
function payloadHash(
  body: WireRequest['body'],
  { service }: SigV4Settings,
  given: ReadonlyMap<string, string>,
): Headers {
  if (service !== 's3' || given.has('x-amz-content-sha256')) return [];
  return [
    [
      'x-amz-content-sha256',
      createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
    ],
  ];
}
