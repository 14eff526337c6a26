import { serviceDocuments } from '../project/openapi/services.ts';
import type { Project } from '../project/project.ts';
import { createProjectFiles } from '../project/project-files.ts';
import { type Coverage, type CoveredService, createCoverage } from '../reporters/coverage.ts';
import { renderCoverage } from '../reporters/coverage-report.ts';
import type { Reporter } from '../reporters/reporter.ts';
import { createStyle } from '../reporters/style.ts';
import type { Io } from './io.ts';
import { DiagnosedStop, Stop } from './stop.ts';

/** Counts requests against the documents of the project's services. @throws Stop where there is none, or one is bad */
export function openCoverage(project: Project): Coverage {
  const files = createProjectFiles(project);
  const services = [...serviceDocuments(project)].flatMap(([service, document]): CoveredService[] => {
    if (document === 'unclear') {
      const message = `environments name different OpenAPI documents for service "${service}"`;
      throw new Stop(2, message, 'say which counts in reqflo.yaml');
    }
    const read = files.readOpenApi(document.file);
    if (!read.ok) throw new DiagnosedStop(2, [{ severity: 'error', ...read }], []);
    const { file, basePaths, operations } = read.document;
    return [{ service, file, basePaths, operations }];
  });
  if (services.length > 0) return createCoverage(services);
  const fix = 'say services: { NAME: { openapi: FILE } } in reqflo.yaml';
  throw new Stop(2, '--coverage needs a service with an OpenAPI document', fix);
}

/** Counts runs as they end; where a person reads the report, says behind it what they touched. */
export function createCoverageReporter(coverage: Coverage, io: Io, isShown: boolean): Reporter {
  return {
    finished(_context, record) {
      coverage.add(record);
    },
    end() {
      if (isShown) io.stdout.write(`\n${renderCoverage(coverage.services(), createStyle(io.stdout))}`);
    },
  };
}
