import { authShape } from './auth.ts';
import { described } from './described.ts';
import { entries, record } from './map-shapes.ts';
import type { Infer } from './shape.ts';
import { wireEntries } from './wire.ts';

const identity = {
  auth: described(authShape, 'How its requests say who sends them', { bearer: `\${{ secrets.TOKEN }}` }),
  headers: described(wireEntries, 'Header fields of its requests'),
};

/** Who sends a request: a cookie jar of its own, with auth and headers; `services` says where they differ. */
const actorShape = record({
  name: 'an actor',
  required: {},
  optional: {
    ...identity,
    services: described(
      entries(
        record({ name: 'what an actor sends to a service', required: {}, optional: identity }),
        'a map of services',
      ),
      'Where that differs, by service',
    ),
  },
});
export type ParsedActor = Infer<typeof actorShape>;

export const actorsShape = entries(actorShape, 'a map of actors');
