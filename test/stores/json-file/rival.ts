import { diskFiles } from '../../../src/stores/json-file/files.ts';
import { takeOwnership } from '../../../src/stores/json-file/owner.ts';
import { StoreError } from '../../../src/stores/json-file/store-error.ts';

/** Run as a process of its own: takes the folder of its argument whenever it is told to. */
process.on('message', () => {
  takeOwnership(diskFiles, process.argv[2] ?? '')
    .then(({ term }) => `owner ${term}`)
    .catch((error: unknown) => (error instanceof StoreError ? error.code : String(error)))
    .then((answer) => process.send?.(answer))
    .catch(() => process.exit(1));
});
process.send?.('ready');
