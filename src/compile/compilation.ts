import type { Output } from '../artifact/judgement.ts';
import type { InputDeclaration, Step, VariableDeclaration } from '../artifact/types.ts';
import type { Report } from '../diagnostics/diagnostic.ts';
import type { Source } from '../diagnostics/source.ts';
import type { ParsedJourney } from '../journey/journey.ts';
import type { Entry } from '../journey/map-shapes.ts';
import type { ParsedTemplate } from '../journey/template.ts';
import type { ServiceDocuments } from '../project/openapi/services.ts';
import type { ProjectFiles } from '../project/project-files.ts';
import type { Redact } from '../project/redact.ts';

/** What a journey is checked against: the names that its project knows. */
export interface ProjectNames {
  /** Services of reqflo.yaml and of every environment. */
  readonly services: readonly string[];
  /** Values that at least one environment gives; undefined where there is no environment. */
  readonly values?: readonly string[] | undefined;
  /** Files that journeys refer to; absent: there are none. */
  readonly files?: ProjectFiles;
  /** OpenAPI documents of services; absent: none has any. */
  readonly openApi?: ServiceDocuments;
  /** What its runs never show or keep. */
  readonly redact?: Redact;
}

/** What an artifact asks of an environment. */
export interface Needs {
  readonly services: Set<string>;
  readonly values: Set<string>;
  readonly secrets: Set<string>;
}

/** A file of request templates. */
export interface Templates {
  readonly source: Source;
  readonly entries: readonly Entry<ParsedTemplate>[];
}

/** What a journey is compiled to, as the whole of an artifact or as a step of another one. */
export interface JourneyParts {
  readonly name: string;
  readonly inputs: readonly InputDeclaration[];
  readonly variables: readonly VariableDeclaration[];
  readonly steps: readonly Step[];
  readonly cleanup: readonly Step[];
  readonly outputs: readonly Output[];
}

/** Where a journey stands that is a step of another one. */
export interface Inlining {
  /** Of the keys of its steps: `users/`. */
  readonly prefix: string;
  readonly callers: readonly string[];
}

/** What all files of one artifact share while it is compiled. */
export interface Compilation {
  readonly project: ProjectNames;
  readonly report: Report;
  /** Every text that went into the artifact; places in it begin with an index into these. */
  readonly sources: Source[];
  readonly needs: Needs;
  /** Embedded files: base64 by path. */
  readonly files: Map<string, string>;
  readonly acceptance: Map<string, string>;
  /** By file; undefined: it cannot be read. */
  readonly templates: Map<string, Templates | undefined>;
  /** Journeys that are steps, by file. */
  readonly journeys: Map<string, ParsedJourney>;
  /** Steps so far: journeys inside journeys multiply. */
  stepCount: number;
  /** Compiles a journey as a step of another one; undefined: it has no outline to compile. */
  inline(source: Source, inlining: Inlining): JourneyParts | undefined;
}

/** The most steps that an artifact holds. */
export const stepLimit = 10_000;

/** The same text once, so that places in it share an index. */
export function addSource({ sources }: Compilation, source: Source): Source {
  const known = sources.find(({ file }) => file === source.file);
  if (known !== undefined) return known;
  sources.push(source);
  return source;
}
