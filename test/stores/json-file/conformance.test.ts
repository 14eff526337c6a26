import { openJsonFileRun } from '../../conformance/json-file-run.ts';
import { primitivesSuite } from '../../conformance/primitives.ts';
import { overLog } from '../../conformance/primitives-bed.ts';

primitivesSuite({ name: 'JSON files', open: overLog(openJsonFileRun) });
