import type { EntryList } from '../../journey/map-shapes.ts';
import type { OpenApiRules } from '../../query/openapi.ts';
import type { Project } from '../project.ts';
import type { ParsedService } from '../service.ts';

/** The document of a service, and how bad each kind of finding is. */
export interface ServiceDocument {
  /** Its path in the project. */
  readonly file: string;
  readonly rules: OpenApiRules;
}

/** By service; `unclear`: environments name different ones, and an artifact is made for all of them. */
export type ServiceDocuments = ReadonlyMap<string, ServiceDocument | 'unclear'>;

/** What reqflo.yaml says, else what all environments that say anything agree on. */
export function serviceDocuments({ settings, environments }: Project): ServiceDocuments {
  const agreed = new Map<string, ServiceDocument | 'unclear'>();
  for (const [name, document] of environments.flatMap(({ parsed }) => documentsOf(parsed?.services))) {
    const known = agreed.get(name);
    const agrees = known === undefined || JSON.stringify(known) === JSON.stringify(document);
    agreed.set(name, agrees ? document : 'unclear');
  }
  return new Map([...agreed, ...documentsOf(settings.services)]);
}

function documentsOf(
  services: EntryList<ParsedService> | undefined,
): readonly (readonly [name: string, document: ServiceDocument])[] {
  return (services?.entries ?? []).flatMap(({ key, value: { openapi } }) =>
    openapi === undefined ? [] : [[key.text, { file: openapi.file.text, rules: openapi.rules }] as const],
  );
}
