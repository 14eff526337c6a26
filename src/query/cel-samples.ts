import { Duration, Timestamp } from './cel-instant.ts';
import { CelList, CelMap, CelType, type CelValue, Optional, type TypeName, Uint } from './cel-value.ts';

const samples: Readonly<Record<TypeName, CelValue>> = {
  null: null,
  bool: true,
  int: 1n,
  double: 1.5,
  string: '1',
  bytes: Uint8Array.of(1),
  uint: new Uint(1n),
  list: new CelList([]),
  map: new CelMap(new Map()),
  timestamp: new Timestamp(0n),
  duration: new Duration(0n),
  type: new CelType('int'),
  optional: new Optional(undefined),
};

/** Some value of a type: whether an operator takes it depends on its type alone. */
export function sampleOf(type: TypeName): CelValue {
  return samples[type];
}
