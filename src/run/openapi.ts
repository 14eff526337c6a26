import type { OpenApiTarget } from '../artifact/judgement.ts';
import { judgeByOpenApi, type OpenApiFinding, type OpenApiSchemas } from '../query/openapi-judge.ts';
import { findOperation, pathsOf } from '../query/openapi-path.ts';
import { isMap, type Value } from '../query/value.ts';
import type { Judged } from './found.ts';
import type { Finding } from './matcher.ts';
import type { Difference } from './outcome.ts';
import { ownMember } from './own-member.ts';

/** Holds an answer against the operation that its request was one of. Warnings are told, and do not fail. */
export function judgeOpenApi(target: OpenApiTarget, judged: Judged): Finding {
  const { answer, sent } = judged;
  if (answer === undefined || sent === undefined) return { passed: false, text: '', note: 'no answer came' };
  const paths = pathsOf(sent.url, baseOf(target, judged), target.basePaths);
  const operation = findOperation(target.operations, sent.method, paths);
  if (operation === undefined) {
    const note = `${target.file} has no operation ${sent.method} ${paths[0]}`;
    return { passed: false, text: '', note };
  }
  const { status, response } = answer;
  const contentType = answer.header('content-type');
  const held = { method: sent.method, status, contentType, size: response.body.length, json: answer.json };
  const findings = judgeByOpenApi(operation, held, schemasOf(target, judged));
  const differences = findings.flatMap((finding) => differenceOf(target, finding));
  return {
    passed: differences.every(({ severity }) => severity !== 'error'),
    text: `${operation.method} ${operation.path}`,
    ...(differences.length === 0 ? {} : { differences }),
  };
}

function baseOf({ service }: OpenApiTarget, { scope }: Judged): string {
  const services = service === undefined ? undefined : scope.get('services');
  const own: Value | undefined = isMap(services) ? ownMember(services, service ?? '') : undefined;
  return isMap(own) && typeof own.url === 'string' ? own.url : '';
}

function differenceOf({ rules }: OpenApiTarget, finding: OpenApiFinding): readonly Difference[] {
  const severity = rules[finding.kind];
  if (severity === 'ignore') return [];
  const { path, message, expected, actual } = finding;
  return [
    {
      path,
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
      note: severity === 'warning' ? `warning: ${message}` : message,
      severity,
    },
  ];
}

const known = new WeakMap<OpenApiTarget, Map<Value, Value>>();

/** A schema with the definitions that its references lead to; the same each time, so that it is compiled once. */
function schemasOf(target: OpenApiTarget, { parsed }: Judged): OpenApiSchemas {
  const whole = known.get(target) ?? new Map<Value, Value>();
  known.set(target, whole);
  return {
    definitions: target.definitions,
    compile(schema) {
      const complete =
        whole.get(schema) ?? (isMap(schema) ? { ...schema, $defs: target.definitions } : schema);
      whole.set(schema, complete);
      return parsed.schema(complete);
    },
  };
}
