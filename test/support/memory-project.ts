import type { FoundJourney } from '../../src/project/journeys.ts';
import { readDocument } from '../../src/project/openapi/read.ts';
import type { ProjectFiles } from '../../src/project/project-files.ts';

/** Files of a project that lies nowhere: texts by path. A journey is found by its file: `login` in journeys/login.yaml. */
export function memoryProject(files: { readonly [path: string]: string }): ProjectFiles {
  const textOf = (path: string): string | undefined => (Object.hasOwn(files, path) ? files[path] : undefined);
  return {
    readFile(path) {
      const text = textOf(path);
      if (text !== undefined) return { ok: true, bytes: new TextEncoder().encode(text) };
      return { ok: false, code: 'file-missing', message: `there is no ${path}` };
    },
    readOpenApi(path) {
      const created = readDocument(path, new TextEncoder().encode(textOf(path) ?? ''));
      return created.ok ? created : { ...created, code: 'bad-openapi' };
    },
    findJourney(name): FoundJourney {
      const file = `journeys/${name}.yaml`;
      const text = textOf(file);
      if (text !== undefined) return { ok: true, source: { file, text } };
      const message = `there is no ${file}`;
      return { ok: false, diagnostics: [{ code: 'unknown-journey', severity: 'error', message }] };
    },
    readTemplates(name) {
      const file = `templates/${name}.yaml`;
      const text = textOf(file);
      return text === undefined ? undefined : { ok: true, source: { file, text } };
    },
    templateNames: () =>
      Object.keys(files).flatMap((path) => /^templates\/(.*)\.yaml$/.exec(path)?.[1] ?? []),
  };
}
