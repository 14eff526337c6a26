// The main job, shown: a local run, a run whose worker is killed in the middle, a failing run and its retry.
// It works in a copy of the sample project in a temporary folder, against the sample shop on a free port.
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'bin/reqflo.js');
const project = await mkdtemp(join(tmpdir(), 'reqflo-demo-'));
await cp(join(root, 'fixtures/shop'), project, {
  recursive: true,
  filter: (path) => !path.includes('.reqflo'),
});

const shop = execa(process.execPath, [join(root, 'fixtures/shop/server.mjs'), '--port', '0'], {
  reject: false,
});
const url = await new Promise((resolve, reject) => {
  shop.stdout.on('data', (text) => {
    const found = /http:\S+/.exec(String(text));
    if (found !== null) resolve(found[0]);
  });
  shop.on('exit', () => reject(new Error('the sample shop did not start')));
});
const env = { SHOP_URL: `${url}/api`, SHOP_PASSWORD: 'any password will do', NO_COLOR: '1' };

/** Shows a command as a person would type it, and runs it. */
async function reqflo(args, { expect = 0, quiet = false } = {}) {
  const shown = args.map((arg) => (arg.includes(' ') ? `"${arg}"` : arg)).join(' ');
  if (!quiet) say(`$ reqflo ${shown}`);
  const stdio = quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
  const result = await execa(process.execPath, [bin, ...args], { cwd: project, env, stdio, reject: false });
  if (result.exitCode !== expect)
    throw new Error(`reqflo ${shown} ended with ${result.exitCode}, not ${expect}`);
  if (!quiet) say(`(exit code ${result.exitCode})\n`);
  return result.stdout ?? '';
}

async function admin(path, body) {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const text = await (await fetch(`${url}/api/_admin/${path}`, init)).text();
  return text === '' ? undefined : JSON.parse(text);
}

function say(text) {
  process.stdout.write(`${text}\n`);
}

function title(text) {
  say(`\n${text}\n${'─'.repeat(text.length)}\n`);
}

async function lastRun() {
  return JSON.parse(await reqflo(['status', '@last', '--json'], { quiet: true })).runs[0];
}

async function killWorkerOf(pattern) {
  while ((await admin('held')).held === 0) await sleep(20);
  // Until the screen shows what came before.
  await sleep(100);
  const runs = (await readdir(join(project, '.reqflo/runs'))).sort();
  const journal = await readFile(join(project, '.reqflo/runs', runs.at(-1), 'journal.jsonl'), 'utf8');
  const name = /"type":"run.started".*?"worker":"([^"]+)"/.exec(journal)[1];
  const workers = JSON.parse(await readFile(join(project, '.reqflo/runner/workers.json'), 'utf8'));
  const { pid } = workers.find((worker) => worker.name === name);
  process.kill(pid, 'SIGKILL');
  say(`    (${pattern} is on its way: ${name}, process ${pid}, is killed with SIGKILL)`);
}

try {
  title('1. In this process: nothing is kept');
  await reqflo(['run', 'checkout-flow', '--env', 'staging', '--case', 'Happy path']);

  title('2. On a runner: the worker is killed while the payment is on its way');
  await admin('hold', { pattern: 'POST /carts/:id/checkout', ms: 30_000, times: 1 });
  const orders = (await admin('requests')).requests.filter((one) => /checkout/.test(one.path)).length;
  await Promise.all([
    reqflo(['run', 'checkout-flow', '--env', 'staging', '--case', 'Happy path', '--cloud']),
    killWorkerOf('POST /carts/…/checkout'),
  ]);
  const sent = (await admin('requests')).requests.filter((one) => /checkout/.test(one.path)).slice(orders);
  if (sent.length !== 2) throw new Error(`the payment was sent ${sent.length} times`);
  const keys = new Set(sent.map((one) => one.idempotencyKey));
  say(`The shop saw the payment ${sent.length} times with ${keys.size} idempotency key, and made one order.`);
  say('It was sent again because its key makes that safe. The record says so:\n');
  await reqflo(['status', '@last']);
  await reqflo(['verify', '@last']);

  title('3. A failing run, mended and retried from the step that failed');
  await reqflo(['run', 'checkout-flow', '--env', 'staging', '--case', 'Out of stock', '--cloud'], {
    expect: 1,
  });
  await reqflo(['status']);
  say('The shelf is filled again: 5 pieces of SKU-0.\n');
  await admin('restock', { sku: 'SKU-0', quantity: 5 });
  const failed = await lastRun();
  await reqflo(['retry', failed.id, '--from-failed']);
  say(
    'login was kept. createCart ran again because dropCart, its cleanup, had deleted the cart; the rest follows it.\n',
  );
  await reqflo(['list']);
} finally {
  await reqflo(['runner', 'stop'], { quiet: true }).catch(() => {});
  shop.kill();
  await rm(project, { recursive: true, force: true });
}
say('Every command did what it should.');
