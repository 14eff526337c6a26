import { decodeBase64 } from './byte-encodings.ts';
import { Timestamp } from './cel-instant.ts';
import { type FunctionTable, type Overload, overload } from './cel-overload.ts';
import { type DigestAlgorithm, type Digests, digestAlgorithms, isDigestAlgorithm } from './digest.ts';
import { Fault, filesRoot, type Scope } from './evaluation.ts';
import { isMap } from './value.ts';

function checkBounds(min: bigint, max: bigint): void {
  const fits = Number.isSafeInteger(Number(min)) && Number.isSafeInteger(Number(max));
  if (!fits || min > max)
    throw new Fault(`random(${min}, ${max}) wants a lower and a higher integer below 2^53`);
}

function digestsOf({ digests }: Scope): Digests {
  if (digests === undefined) throw new Fault('digests cannot be calculated here');
  return digests;
}

function digest(algorithm: DigestAlgorithm): readonly Overload[] {
  return [
    overload(['string'], 'string', ([text], scope) => digestsOf(scope).hash(algorithm, text)),
    overload(['bytes'], 'string', ([bytes], scope) => digestsOf(scope).hash(algorithm, bytes)),
  ];
}

export function unknownAlgorithm(name: string): string {
  return `hmac() knows ${digestAlgorithms.join(', ')}, not "${name}"`;
}

type Content = 'string' | 'bytes';

function hmac(key: Content, data: Content): Overload {
  return overload(['string', key, data], 'string', ([algorithm, secret, value], scope) => {
    if (!isDigestAlgorithm(algorithm)) throw new Fault(unknownAlgorithm(algorithm));
    return digestsOf(scope).hmac(algorithm, secret, value);
  });
}

function readFile(path: string, scope: Scope): Uint8Array {
  const files = scope.get(filesRoot);
  const content = isMap(files) && Object.hasOwn(files, path) ? files[path] : undefined;
  const bytes = typeof content === 'string' ? decodeBase64(content) : content;
  if (bytes instanceof Uint8Array) return bytes;
  throw new Fault(`the file "${path}" is not there`);
}

/** What comes from outside: draws, digests and the files that the compiler embedded. */
export const effectFunctions: FunctionTable = {
  uuid: [overload([], 'string', (_, { draws }) => draws.uuid())],
  now: [
    overload([], 'timestamp', (_, { draws }) => new Timestamp(BigInt(Math.trunc(draws.now())) * 1_000_000n)),
  ],
  random: [
    overload(['int', 'int'], 'int', ([min, max], { draws }) => {
      checkBounds(min, max);
      return BigInt(draws.random(Number(min), Number(max)));
    }),
  ],
  md5: digest('md5'),
  sha1: digest('sha1'),
  sha256: digest('sha256'),
  sha512: digest('sha512'),
  hmac: [hmac('string', 'string'), hmac('string', 'bytes'), hmac('bytes', 'string'), hmac('bytes', 'bytes')],
  file: [overload(['string'], 'bytes', ([path], scope) => readFile(path, scope))],
};
