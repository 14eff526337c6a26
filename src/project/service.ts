import { record } from '../journey/map-shapes.ts';
import { authShape, wireEntries } from '../journey/request.ts';
import { duration, text } from '../journey/scalar-shapes.ts';
import type { Infer } from '../journey/shape.ts';

/** A system under test, in an environment or, for what holds in all of them, in reqflo.yaml. */
export const serviceShape = record({
  name: 'a service',
  required: {},
  optional: {
    url: text('Base URL'),
    headers: wireEntries,
    timeout: duration('Of one attempt'),
    auth: authShape,
    idempotencyHeader: text('Header that carries idempotency keys'),
  },
  later: ['tls', 'proxy', 'retry', 'openapi'],
});
export type ParsedService = Infer<typeof serviceShape>;
