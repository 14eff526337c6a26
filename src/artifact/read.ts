import { canonicalJson, decodeArtifact, digestOf, encodeArtifact } from './canonical.ts';
import { artifactShape } from './shape.ts';
import { type Artifact, artifactFormat } from './types.ts';
import { type Json, mayHoldEncoded } from './value-codec.ts';

export type ReadArtifact =
  | {
      readonly ok: true;
      readonly artifact: Artifact /** Lower-case hex SHA-256 of its canonical text. */;
      readonly digest: string;
    }
  | { readonly ok: false; readonly message: string; readonly fix?: string };

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function formatProblem(json: Json | undefined): (ReadArtifact & { ok: false }) | undefined {
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
  if (format === artifactFormat) return undefined;
  if (typeof format === 'string' && format.startsWith('reqflo-artifact/')) {
    const message = `the artifact has format ${format}, and this version reads ${artifactFormat}`;
    return { ok: false, message, fix: 'compile the journey again' };
  }
  return { ok: false, message: 'this is not a compiled artifact', fix: 'write one with reqflo compile' };
}

/** @param named whether a digest vouches for the bytes: whoever gave it wrote them in canonical form. */
function decode(text: string, json: Json, named: boolean): { artifact: Artifact } | { message: string } {
  try {
    const value = mayHoldEncoded(text) ? decodeArtifact(json) : json;
    const fault = artifactShape(value);
    if (fault !== undefined) return { message: `the artifact is damaged: artifact${fault}` };
    const artifact = value as Artifact;
    return named || isCanonical(text, json, artifact)
      ? { artifact }
      : { message: 'the artifact was changed: it is not in canonical form' };
  } catch (cause) {
    if (cause instanceof TypeError || cause instanceof RangeError)
      return { message: `the artifact is damaged: ${cause.message}` };
    throw cause;
  }
}

function isCanonical(text: string, json: Json, artifact: Artifact): boolean {
  return text === (mayHoldEncoded(text) ? encodeArtifact(artifact) : canonicalJson(json));
}

/**
 * Text → Artifact. Refused: what is not JSON, another format, a shape that does not fit, bytes whose digest is not the
 * `expected` one, and where none is known a text that is not canonical (so whose bytes would have another name).
 */
export function readArtifact(written: string, expected?: string): ReadArtifact {
  const text = written.trimEnd();
  const json = parse(text);
  const unfit = formatProblem(json);
  if (json === undefined || unfit !== undefined) return unfit ?? { ok: false, message: 'this is not JSON' };
  const fix = 'compile the journey again';
  const digest = digestOf(text);
  if (expected !== undefined && digest !== expected) {
    const message = `the artifact was changed: its SHA-256 is ${digest}, and ${expected} was expected`;
    return { ok: false, message, fix };
  }
  const decoded = decode(text, json, expected !== undefined);
  if ('message' in decoded) return { ok: false, message: decoded.message, fix };
  return { ok: true, artifact: decoded.artifact, digest };
}

/** Whether a text looks like an artifact, whatever its file is called. */
export function isArtifactText(text: string): boolean {
  return /^\s*\{/.test(text) && /"format"\s*:\s*"reqflo-artifact\//.test(text);
}
