import { expect, test } from 'vitest';
import { renderDocument, runDocument } from '../../src/reporters/json.ts';
import { renderLogs } from '../../src/reporters/logs.ts';
import type { RunContext } from '../../src/reporters/reporter.ts';
import { resultSchema } from '../../src/reporters/result-schema.ts';
import { renderStatus } from '../../src/reporters/status.ts';
import { braced } from '../query/scope.ts';
import { type Told, tell } from '../run/journey-run.ts';
import { pipe } from './checkout-run.ts';
import { findViolations } from './schema-walker.ts';

const yaml = `
steps:
  - id: only
    request: { path: / }
    outputs: { a: $.a, b: $.b }
    assertions:
      - status: 200
      - value: "${braced('outputs.a')}"
`;

function run(): Promise<Told> {
  return tell({ yaml, replies: { 'GET /': { json: { id: 7 } } } });
}

function contextOf({ artifact, record }: Told): RunContext {
  return { artifact, runId: record.request.id, backend: 'local' };
}

test('each value that could not be had is told on its line, before what reads it', async () => {
  const told = await run();
  const text = renderStatus(contextOf(told), told.record, pipe);
  expect(text).toContain('✗ only: a value could not be had\n');
  const notes = text.match(/(?<=\^ ).+/g);
  expect(notes).toEqual([
    'output "a": not there; the body has: id',
    'output "b": not there; the body has: id',
    'outputs has no "a"; it is empty',
  ]);
});

test('a value that only an assertion misses is told once', async () => {
  const only = yaml.replace('outputs: { a: $.a, b: $.b }', 'outputs: { a: { body: $.a, optional: true } }');
  const told = await tell({ yaml: only, replies: { 'GET /': { json: { id: 7 } } } });
  expect(told.record.steps[0]).toMatchObject({ state: 'failed', reason: 'value' });
  expect(renderStatus(contextOf(told), told.record, pipe).match(/has no "a"/g)).toHaveLength(1);
  expect(renderLogs(told.record, {}, pipe).match(/has no "a"/g)).toHaveLength(1);
});

test('logs and the document have all of them', async () => {
  const told = await run();
  expect(renderLogs(told.record, {}, pipe).match(/✗ .+/g)).toEqual([
    '✗ output "a": not there; the body has: id',
    '✗ output "b": not there; the body has: id',
    '✗ outputs has no "a"; it is empty',
  ]);
  const document = JSON.parse(
    renderDocument(runDocument([{ context: contextOf(told), record: told.record }])),
  );
  expect(findViolations(resultSchema, document)).toEqual([]);
  expect(document.runs[0].steps[0]).toMatchObject({
    error: { message: 'output "a": not there; the body has: id', line: 7 },
    furtherErrors: [{ message: 'output "b": not there; the body has: id', line: 7 }],
    assertions: [{ passed: true }, { passed: false, note: 'outputs has no "a"; it is empty', line: 10 }],
  });
});
