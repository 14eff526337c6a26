import { openMemoryRun } from '../conformance/memory-run.ts';
import { primitivesSuite } from '../conformance/primitives.ts';
import { overLog } from '../conformance/primitives-bed.ts';

primitivesSuite({ name: 'memory', open: overLog(openMemoryRun) });
