/** The command line: reads what is asked for, hands it to commands/run.ts, and sets the exit code. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { endProcess, watchSessions } from './cli/endProcess.ts';
import { parseCommand } from './cli/parseCommand.ts';
import { cleanUpDeadline, printError, runMain } from './cli/runMain.ts';
import { explainRuns } from './commands/explain.ts';
import { realFacts } from './config/facts.ts';
import { settingsFile } from './config/from/file.ts';
import { readConfig } from './config/readConfig.ts';
import { secretValues } from './config/secretValues.ts';
import { version } from './core/program.ts';
import { createLog } from './log/log.ts';
import { createMask } from './log/mask.ts';
import { colours } from './log/text.ts';
import { paths } from './toolchain/paths.ts';

const { stdout, stderr, env } = process;
const isTTY = stderr.isTTY ?? false;
/** Filled when the settings are known; whatever is printed goes through the mask. */
const secrets = new Set<string>();
const mask = createMask(secrets);
/** The log's once there is one: a line written past it would land in the middle of the live ones. */
let say = (text: string): unknown => stderr.write(`${text}\n`);

// A build server that aborts a job stops reading first: what we still say must not end the program before it has cleaned up.
for (const stream of [stdout, stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const sessions = watchSessions();

async function main(signal: AbortSignal): Promise<number> {
  const argv = process.argv.slice(2);
  const parsed = await parseCommand(argv, version(), stdout.columns);
  if ('output' in parsed) {
    stdout.write(parsed.output);
    return 0;
  }
  const facts = realFacts(env);
  if (parsed.command === 'explain') {
    stdout.write(explainRuns(argv, facts));
    return 0;
  }
  const config = readConfig(argv, env, settingsFile(facts), facts);
  for (const secret of secretValues(config)) secrets.add(secret);
  const log = createLog({ stream: stderr, isTTY, env, mask });
  say = log.info;
  // What follows loads two large clients, and compiling them anew takes a second.
  enableCompileCache(join(paths(env).root, 'compiled'));
  const { run } = await import('./commands/run.ts');
  const report = await run(parsed.command, config, { log, mask, signal, stdout });
  return report.exitCode as number;
}

const output = {
  say: (text: string) => say(text),
  complain: (error: unknown) => stderr.write(mask(printError(error, colours(env, isTTY)))),
};
process.exitCode = await runMain(process, main, output, { deadline: cleanUpDeadline(env) });
await endProcess(sessions);
