import type { Tls } from '../artifact/request.ts';
import type { Text } from '../artifact/texts.ts';
import type { TextNode } from '../journey/node.ts';
import type { ParsedService } from '../project/service.ts';
import { decodeUtf8 } from '../query/byte-encodings.ts';
import {
  type Given,
  type Layer,
  type Resolving,
  reportGiven,
  resolveGiven,
  strongest,
} from './service-layers.ts';

const certificate = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** The text of a project file that holds what it is to hold. */
function readPem(
  resolving: Resolving,
  given: Given<TextNode>,
  path: string,
  holds: RegExp,
  what: string,
): string | undefined {
  const read = resolving.files.readFile(path);
  if (!read.ok) return reportGiven(resolving, read.code, given, read.message, read.fix);
  const text = decodeUtf8(read.bytes);
  if (text !== undefined && holds.test(text)) return text;
  return reportGiven(resolving, 'invalid-value', given, `${path} holds no ${what} (PEM)`);
}

/** A file of the project, whose text is frozen into the environment; PEM that the shell or a secret has. */
function resolveCertificate(resolving: Resolving, given: Given<TextNode>): Text {
  const text = resolveGiven(resolving, given);
  if (text.includes('${{') || certificate.test(text)) return text;
  const read = readPem(resolving, given, text, certificate, 'certificate') ?? '';
  return read.replaceAll('${{', () => `$\${{`);
}

/** The environment is written down where runs are kept, so a private key goes the way of secrets. */
function resolveKey(resolving: Resolving, given: Given<TextNode>, name: string): Text {
  const text = resolveGiven(resolving, given);
  if (text.includes('${{')) return text;
  if (privateKey.test(given.value.text)) {
    const message = 'a private key is a secret: it is not written in clear';
    reportGiven(resolving, 'invalid-value', given, message, `name its file, or write \${{ secrets.NAME }}`);
  }
  const key = privateKey.test(text) ? text : readPem(resolving, given, text, privateKey, 'private key');
  return resolving.handOver(name, key ?? '');
}

/** Member by member, each from the strongest layer that has it. */
export function resolveTls(resolving: Resolving, service: string, layers: readonly Layer[]): Tls | undefined {
  type Written = NonNullable<ParsedService['tls']>;
  const given = <K extends keyof Written>(name: K) => strongest(layers, ({ tls }) => tls?.[name]);
  const [ca, cert, key, insecure] = [given('ca'), given('cert'), given('key'), given('insecure')];
  const tls: Tls = {
    ...(ca === undefined ? {} : { ca: resolveCertificate(resolving, ca) }),
    ...(cert === undefined ? {} : { cert: resolveCertificate(resolving, cert) }),
    ...(key === undefined ? {} : { key: resolveKey(resolving, key, `${service}.tls.key`) }),
    ...(insecure === undefined ? {} : { insecure: insecure.value.value }),
  };
  if (cert !== undefined && key === undefined) {
    reportGiven(resolving, 'missing-key', cert, 'tls needs "key" beside this');
  }
  if (key !== undefined && cert === undefined) {
    reportGiven(resolving, 'missing-key', key, 'tls needs "cert" beside this');
  }
  return Object.keys(tls).length === 0 ? undefined : tls;
}
