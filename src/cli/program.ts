import { Command } from 'commander';
import type { Io } from './io.ts';
import { collect, countOption, durationOption, formatOption, reporterOption } from './options.ts';
import { version } from './version.ts';

/** Runs a command's module; it is loaded only when it is called, so that `--help` is instant. */
type Act = (work: () => Promise<number>) => Promise<void>;

/** The command tree: names, options and help, nothing else. `exit` gets the code that a command ends with. */
export function createProgram(io: Io, exit: (code: number) => void): Command {
  const act: Act = async (work) => exit(await work());
  const program = new Command('reqflo')
    .description('Proves that API workflows work, and keeps proof of it.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: io.stdout.write,
      writeErr: io.stderr.write,
      getOutHelpWidth: () => io.stdout.columns,
    })
    .addHelpText('after', '\nreqflo help exit-codes tells what the exit codes mean.');
  addWriting(program, io, act);
  addRun(program, io, act);
  addKept(program, io, act);
  addDecisions(program, io, act);
  addRunner(program, io, act);
  return program;
}

function addWriting(program: Command, io: Io, act: Act): void {
  program
    .command('validate')
    .description('check journeys: nothing is written, nothing is sent')
    .argument('[journey...]', 'names or paths; all of the project without one')
    .option('--format <name>', 'pretty, json, sarif or github (annotations of GitHub Actions)', formatOption)
    .option('--json', 'short for --format json')
    .action((names, options) =>
      act(async () => (await import('./commands/validate.ts')).validateCommand(names, options, io)),
    );
  program
    .command('fmt')
    .description('bring journeys and the files around them into the canonical style; comments stay')
    .argument('[file...]', 'files, folders or names of journeys; all of the project without one')
    .option('--check', 'write nothing; end with 1 where a file is not in the canonical style')
    .action((names, options) =>
      act(async () => (await import('./commands/fmt.ts')).fmtCommand(names, options, io)),
    );
  program
    .command('compile')
    .description('write the artifact of each journey')
    .argument('<journey...>', 'names or paths')
    .option('-o, --output <dir>', 'where to write them (default: .reqflo/artifacts)')
    .option('--json', 'print what was written as JSON')
    .action((names, options) =>
      act(async () => (await import('./commands/compile.ts')).compileCommand(names, options, io)),
    );
}

/** Repeatable options that were not given; a default of commander's would be shown in the help. */
const unset = { case: [], preset: [], set: [], tag: [], reporter: [] };

/** Options of every command that reports runs. */
function withReports(command: Command): Command {
  return command
    .option('-o, --output <file>', 'write the JSON document to a file too')
    .option(
      '--reporter <name[=file]>',
      'pretty, json, jsonl or junit; may be given several times',
      reporterOption,
    )
    .option('--json', 'print one JSON document instead of the report')
    .option('--jsonl', 'print events as they happen, one JSON object a line')
    .option('-v, --verbose', 'show request and response of every step');
}

const runnerOption = [
  '--runner <url>',
  'a shared runner (default: REQFLO_RUNNER_URL, reqflo.yaml, else the embedded one)',
] as const;

const runExamples = `
Examples:
  reqflo run checkout-flow --env staging
  reqflo run checkout-flow -e local --case "Out of stock" --set quantity=3
  reqflo run checkout-flow -e staging --cloud --detach
  reqflo run checkout-flow --data data/customers.csv --row-id email -j 20
  reqflo run --tag smoke --reporter junit=report.xml`;

function addRun(program: Command, io: Io, act: Act): void {
  const run = program
    .command('run')
    .description('run journeys, in this process or (--cloud) on a runner that keeps the record')
    .argument('[journey...]', 'names, paths, or paths of artifacts; all of the project without one')
    .option('-e, --env <name>', 'the environment (default: REQFLO_ENV, reqflo.yaml)')
    .option('--case <name>', 'a case; may be given several times', collect)
    .option('--all-cases', 'every case')
    .option('--preset <name>', 'a preset; may be given several times', collect)
    .option('--set <name=value>', 'an input or a variable; may be given several times', collect)
    .option('--tag <tag>', 'only journeys with this tag; may be given several times', collect)
    .option('--data <file>', 'a run for each row of a .csv, .json, .ndjson or .jsonl file')
    .option('--row-id <column>', 'the column that names a row in reports (default: row 1, row 2 …)')
    .option('--ignore-unknown-columns', 'leave out columns that are no input or variable')
    .option(
      '-j, --concurrency <number>',
      'runs at the same time (default: reqflo.yaml, else 10 with --data, 1 without)',
      countOption('--concurrency'),
    )
    .option('--fail-fast', 'begin no more runs after the first that did not pass')
    .option('--cloud', 'on a runner: kept, resumed after a crash, retried from a step')
    .option('-d, --detach', 'with --cloud: print the id of the run or batch alone, and return')
    .option(...runnerOption)
    .option('--timeout <duration>', 'stop the run then; cleanup still runs', durationOption('--timeout'))
    .option('--seed <text>', 'draw the same uuids and random numbers as a run with this seed')
    .option('--no-cleanup', 'leave everything in place, to look at it')
    .option('--allow-exec', 'run the local commands of exec steps')
    .option('--coverage', "say what of the services' OpenAPI documents was touched")
    .option('--list', 'show what would run, and its cases');
  withReports(run)
    .addHelpText('after', runExamples)
    .action((names, options) =>
      act(async () => (await import('./commands/run.ts')).runCommand(names, { ...unset, ...options }, io)),
    );
}

const runArgument = ['<run>', 'an id, the beginning of one, or @last'] as const;
const eitherArgument = ['<run>', 'id of a run or a batch, the beginning of one, or @last'] as const;

function addKept(program: Command, io: Io, act: Act): void {
  program
    .command('status')
    .description('show a run or a batch; without one what is open, and the last ten')
    .argument('[run]', eitherArgument[1])
    .option('-w, --watch', 'show it once nothing of it goes on any more')
    .option(...runnerOption)
    .option('--json', 'print JSON')
    .action((run, options) =>
      act(async () => (await import('./commands/status.ts')).statusCommand(run, options, io)),
    );
  program
    .command('list')
    .description('list kept runs and batches, newest first')
    .option('--status <state>', 'queued, running, waiting, interrupted, passed, failed or canceled')
    .option('--journey <name>', 'only of this journey')
    .option('--batch <batch>', 'the runs of this batch, instead of a line for it')
    .option('--since <duration>', 'only younger ones: 1d, 2h', durationOption('--since'))
    .option('-n, --limit <number>', 'how many', countOption('--limit'), 20)
    .option(...runnerOption)
    .option('--json', 'print JSON')
    .action((options) => act(async () => (await import('./commands/list.ts')).listCommand(options, io)));
  program
    .command('logs')
    .description('show what a run sent and got, step by step')
    .argument(...runArgument)
    .option('--step <id>', 'only this step')
    .option('--failed', 'only steps that failed')
    .option(...runnerOption)
    .action((run, options) =>
      act(async () => (await import('./commands/logs.ts')).logsCommand(run, options, io)),
    );
  program
    .command('verify')
    .description("check a run's record against its chain of hashes")
    .argument(...runArgument)
    .option(...runnerOption)
    .action((run, options) =>
      act(async () => (await import('./commands/verify.ts')).verifyCommand(run, options, io)),
    );
}

function addDecisions(program: Command, io: Io, act: Act): void {
  const wait = program
    .command('wait')
    .description('follow runs and batches to their ends; the exit code is the worst of theirs')
    .argument('<run...>', 'ids of runs or batches, beginnings of ids, or @last')
    .option('--timeout <duration>', 'give up then, with 8; the runs go on', durationOption('--timeout'))
    .option(...runnerOption);
  withReports(wait).action((runs, options) =>
    act(async () => (await import('./commands/wait.ts')).waitCommand(runs, { ...unset, ...options }, io)),
  );
  const retry = program
    .command('retry')
    .description(
      'go on with an interrupted run, or run a finished one again as a new, linked run; with a batch, its runs',
    )
    .argument(...eitherArgument)
    .option(
      '--from-failed',
      'keep what passed, and begin at the first step that did not; of a batch only the runs that did not pass',
    )
    .option('--from-start', 'begin at the start')
    .option('-d, --detach', 'print the id alone, and return')
    .option(...runnerOption);
  withReports(retry).action((run, options) =>
    act(async () => (await import('./commands/retry.ts')).retryCommand(run, { ...unset, ...options }, io)),
  );
  program
    .command('cancel')
    .description('ask a run, or those of a batch, to stop: what is on its way is finished, cleanup runs')
    .argument(...eitherArgument)
    .option(...runnerOption)
    .action((run, options) =>
      act(async () => (await import('./commands/cancel.ts')).cancelCommand(run, options, io)),
    );
}

function addRunner(program: Command, io: Io, act: Act): void {
  const runner = program.command('runner').description('the server that registers, keeps and hands out runs');
  runner
    .command('start')
    .description(
      'serve until told to stop; the token is REQFLO_TOKEN, else made up and kept in the data folder',
    )
    .option('--port <number>', 'the port; 0 for any free one', Number, 0)
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--data <dir>', 'the store (default: .reqflo of this project)')
    .option('--workers <number>', 'how many worker processes', countOption('--workers'))
    .addOption(runner.createOption('--embedded').hideHelp())
    .action((options) =>
      act(async () => (await import('./commands/runner.ts')).runnerStartCommand(options, io)),
    );
  runner
    .command('stop')
    .description("end this project's runner; what is open goes on when the next one starts")
    .action(() => act(async () => (await import('./commands/runner.ts')).runnerStopCommand(io)));
  runner
    .command('status')
    .description('whether it is up, and where')
    .action(() => act(async () => (await import('./commands/runner.ts')).runnerStatusCommand(io)));
}
