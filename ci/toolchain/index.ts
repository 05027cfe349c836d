import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { exitCodes } from '../core/errors.ts';
import { asInvoked } from '../core/program.ts';
import { createLog } from '../log/log.ts';
import { explain } from '../report/explain.ts';
import { runningDaemon } from './daemons/daemon.ts';
import { engineRecord, stopEngine } from './daemons/engine.ts';
import { mirrorRecord, stopMirror } from './daemons/mirror.ts';
import { isBuilt } from './parts/part.ts';
import { parts } from './parts/parts.ts';
import { type Paths, paths } from './paths.ts';
import { running, up } from './up.ts';

const log = createLog({ stream: process.stderr, isTTY: process.stderr.isTTY, env: process.env });
const interrupt = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    interrupt.abort(new Error(`interrupted by ${name}`));
    process.exitCode = 128 + (name === 'SIGINT' ? 2 : 15);
  });
}

await yargs(hideBin(process.argv))
  .scriptName(asInvoked('npm run toolchain --'))
  .usage('$0 <command>\n\nBuilds and runs a container engine where none can be pulled.')
  .command('up', 'build what is missing, start engine and image mirror', {}, () => act(start))
  .command('down', 'stop engine and image mirror; what is built stays', {}, () => act(stop))
  .command('status', 'what is built and what runs', {}, () => act(status))
  .command('env', 'shell lines for `eval`, so that `dagger` finds this engine', {}, () => act(env))
  .demandCommand(1, 'Say what to do: up, down, status or env.')
  .strict()
  .recommendCommands()
  .fail((message, error, parser) => {
    if (error) throw error;
    log.info(message);
    parser.showHelp('error');
    process.exitCode = exitCodes.usage;
  })
  .version(false)
  .parseAsync();

async function act(command: (where: Paths) => Promise<void>): Promise<void> {
  try {
    await command(paths(process.env));
  } catch (error) {
    if (interrupt.signal.aborted) return;
    const { message, details, fix, exitCode } = explain(error);
    log.info(['', `error: ${message}`, ...details.map((line) => `  ${line}`), `fix: ${fix}`].join('\n'));
    process.exitCode = exitCode;
  }
}

async function start(where: Paths): Promise<void> {
  const { runnerHost } = await up(where, log, interrupt.signal);
  log.info(`The engine runs at ${runnerHost}`);
}

async function stop(where: Paths): Promise<void> {
  await log.step('stop engine', () => stopEngine(where));
  await stopMirror(where);
}

async function status(where: Paths): Promise<void> {
  const all = await parts(where);
  for (const part of Object.values(all))
    process.stdout.write(`${isBuilt(part) ? 'built  ' : 'missing'} ${part.path}\n`);
  for (const [name, record] of Object.entries({ engine: engineRecord(where), mirror: mirrorRecord(where) })) {
    const daemon = runningDaemon(record);
    process.stdout.write(`${daemon ? `running, process ${daemon.pid}` : 'not running'} ${name}\n`);
  }
  if (!(await running(where, all))) process.exitCode = exitCodes.unavailable;
}

async function env(where: Paths): Promise<void> {
  const { runnerHost, daggerCli } = await up(where, log, interrupt.signal);
  const bin = [daggerCli.slice(0, daggerCli.lastIndexOf('/')), `${process.cwd()}/node_modules/.bin`];
  process.stdout.write(
    [
      `export _EXPERIMENTAL_DAGGER_RUNNER_HOST='${runnerHost}'`,
      `export _EXPERIMENTAL_DAGGER_CLI_BIN='${daggerCli}'`,
      `export PATH='${bin.join(':')}':"$PATH"`,
      '',
    ].join('\n'),
  );
}
