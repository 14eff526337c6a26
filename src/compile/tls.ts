import type { Request } from '../artifact/request.ts';
import type { TextNode } from '../journey/node.ts';
import type { ParsedTls } from '../journey/request.ts';
import { decodeUtf8 } from '../query/byte-encodings.ts';
import { type Compiling, reportError } from './compiling.ts';
import { readProjectFile } from './embed.ts';
import { checkText, compileText } from './expression.ts';
import type { Layer } from './layers.ts';

const certificate = '-----BEGIN CERTIFICATE-----';

/** A certificate: a file of the project, whose text is embedded, or a text with an expression. */
function compileCertificate({ compiling, position }: Layer, node: TextNode): string {
  if (node.text.includes('${{')) return compileText(compiling, position, node);
  const bytes = readProjectFile(compiling, node.text, node.span);
  const text = bytes === undefined ? undefined : decodeUtf8(bytes);
  if (bytes !== undefined && !text?.includes(certificate)) {
    reportError(compiling, 'invalid-value', node.span, `${node.text} holds no certificate (PEM)`);
  }
  return (text ?? '').replaceAll('${{', () => `$\${{`);
}

/** An artifact holds no secret, so a private key cannot be embedded: it is one of the secrets. */
function compileKey({ compiling, position }: Layer, node: TextNode): string {
  const parsed = checkText(compiling, position, node);
  const references = parsed?.expressions.flatMap(({ expression }) => expression.references) ?? [];
  if (parsed !== undefined && !references.some(({ path }) => path[0] === 'secrets')) {
    const message = 'a private key is a secret: it is not embedded';
    reportError(compiling, 'invalid-value', node.span, message, `write \${{ secrets.NAME }}`);
  }
  return node.text;
}

type Tls = NonNullable<Request['tls']>;

/** Member by member, each from the strongest layer that has it. */
export function compileTls(layers: readonly Layer[]): Tls | undefined {
  const given = <K extends keyof ParsedTls>(name: K) => {
    const layer = layers.find(({ settings }) => settings.tls?.[name] !== undefined);
    const value = layer?.settings.tls?.[name];
    return layer === undefined || value === undefined ? undefined : { layer, value };
  };
  const [ca, cert, key, insecure] = [given('ca'), given('cert'), given('key'), given('insecure')];
  const tls: Tls = {
    ...(ca === undefined ? {} : { ca: compileCertificate(ca.layer, ca.value) }),
    ...(cert === undefined ? {} : { cert: compileCertificate(cert.layer, cert.value) }),
    ...(key === undefined ? {} : { key: compileKey(key.layer, key.value) }),
    ...(insecure === undefined ? {} : { insecure: insecure.value.value }),
  };
  checkPair(cert?.layer.compiling, tls, cert?.value);
  checkPair(key?.layer.compiling, tls, key?.value);
  return Object.keys(tls).length === 0 ? undefined : tls;
}

/** A certificate without its key proves nothing, and a key without its certificate cannot be shown. */
function checkPair(compiling: Compiling | undefined, tls: Tls, node: TextNode | undefined): void {
  if (compiling === undefined || node === undefined || (tls.cert === undefined) === (tls.key === undefined))
    return;
  const missing = tls.key === undefined ? 'key' : 'cert';
  reportError(compiling, 'missing-key', node.span, `tls needs "${missing}" beside this`);
}
