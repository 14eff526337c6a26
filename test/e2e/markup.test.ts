import { expect, test } from 'vitest';
import { openSandbox } from './sandbox.ts';

const marked = `name: marked
defaults: { service: shop }
steps:
  - id: look
    request: { path: /catalogue }
    assertions:
      - status: 200
      - css: h1
        exists: false
`;

// The reader of HTML brings a client of its own along, which once took the place of the one that speaks to the runner.
test('a journey that reads HTML runs on a runner, too', async () => {
  const sandbox = await openSandbox({ files: { 'journeys/marked.yaml': marked } });
  try {
    const { exitCode, stdout } = await sandbox.run('run', 'marked', '--cloud');
    expect(stdout).toContain('passed · 1 step, 2 assertions');
    expect(exitCode).toBe(0);
  } finally {
    await sandbox.close();
  }
});
