import { authShape } from '../journey/auth.ts';
import { described } from '../journey/described.ts';
import { record } from '../journey/map-shapes.ts';
import { duration, flag, text } from '../journey/scalar-shapes.ts';
import type { Infer } from '../journey/shape.ts';
import { retryShape } from '../journey/step.ts';
import { wireEntries } from '../journey/wire.ts';
import { openApiShape } from './openapi/setting.ts';

/** As a step's, but that its private key may be a file: what an environment gives is no part of an artifact. */
const tlsShape = record({
  name: 'tls',
  required: {},
  optional: {
    ca: text(`Certificates that are trusted: a file of the project, or \${{ … }}`),
    cert: text(`The client's certificate: a file of the project, or \${{ … }}`),
    key: text(`The client's private key: a file of the project, or \${{ secrets.NAME }}`),
    insecure: flag('Trusts whatever certificate is shown'),
  },
});

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
    tls: described(tlsShape, 'Certificates', { ca: 'certificates/ca.pem' }),
    proxy: described(text(), 'URL of an HTTP proxy', 'http://proxy.example:3128'),
    retry: described(retryShape, 'Of its requests that have no retry of their own', { attempts: 3 }),
    openapi: openApiShape,
  },
});
export type ParsedService = Infer<typeof serviceShape>;
