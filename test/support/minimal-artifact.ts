import { type Artifact, artifactFormat } from '../../src/artifact/types.ts';

/** The smallest artifact there is: one step that judges nothing. */
export function minimalArtifact(overrides: Partial<Artifact> = {}): Artifact {
  return {
    format: artifactFormat,
    name: 'minimal',
    tags: [],
    acceptance: [],
    inputs: [],
    variables: [],
    presets: [],
    cases: [],
    needs: { services: [], values: [], secrets: [] },
    steps: [],
    cleanup: [],
    sources: [{ file: 'journeys/minimal.yaml', text: 'name: minimal\n' }],
    ...overrides,
  };
}
