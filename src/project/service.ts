import { authShape } from '../journey/auth.ts';
import { described } from '../journey/described.ts';
import { record } from '../journey/map-shapes.ts';
import { duration, text } from '../journey/scalar-shapes.ts';
import type { Infer } from '../journey/shape.ts';
import { wireEntries } from '../journey/wire.ts';
import { openApiShape } from './openapi/setting.ts';

/** A system under test, in an environment or, for what holds in all of them, in reqflo.yaml. */
export const serviceShape = record({
  name: 'a service',
  required: {},
  optional: {
    url: described(text(), 'Base URL, to which paths are appended', 'https://staging.shop.example/api'),
    headers: described(wireEntries, 'Header fields of every request to it', { 'x-tenant': 'qa' }),
    timeout: described(duration(), 'Of one attempt', '10s'),
    auth: described(authShape, 'How requests to it say who sends them', { bearer: `\${{ secrets.TOKEN }}` }),
    idempotencyHeader: described(text(), 'Header that carries idempotency keys', 'Idempotency-Key'),
    openapi: openApiShape,
  },
  later: ['tls', 'proxy', 'retry'],
});
export type ParsedService = Infer<typeof serviceShape>;
