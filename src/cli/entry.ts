import { createIo } from './io.ts';

/** Called by launch.ts: a worker of a runner, or the command line. */
export async function run(): Promise<void> {
  const argv = process.argv.slice(2);
  if (argv[0] === 'worker' && argv[1] === '--ipc') {
    const { runWorker } = await import('../worker/main.ts');
    const { version } = await import('./version.ts');
    runWorker(version);
    return;
  }
  const { main } = await import('./main.ts');
  process.exitCode = await main(argv, createIo());
}
