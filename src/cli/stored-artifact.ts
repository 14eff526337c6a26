import { readArtifact } from '../artifact/read.ts';
import type { Artifact } from '../artifact/types.ts';
import type { CloudBackend } from '../backends/cloud.ts';
import type { RunRecord } from '../run/record.ts';
import { Stop } from './stop.ts';

/** The artifact that a kept run executed, its digest checked. */
export async function artifactOf(backend: CloudBackend, { request }: RunRecord): Promise<Artifact> {
  const read = readArtifact(await backend.artifact(request.id), request.artifact);
  if (!read.ok) throw new Stop(70, `the artifact of ${request.id} cannot be read: ${read.message}`, read.fix);
  return read.artifact;
}
