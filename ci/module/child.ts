/** The process of one delivery that a program has asked for: gets the settings from it, and sends the report back. */
import { printError } from '../cli/printError.ts';
import { runMain } from '../cli/runMain.ts';
import { secretValues } from '../config/secretReference.ts';
import type { Config } from '../config.ts';
import { colours } from '../log/colours.ts';
import { createMask, maskAll } from '../log/mask.ts';
import { createLog } from '../log.ts';

const { stdout, stderr, env } = process;
const secrets = new Set<string>();
const log = createLog({ stream: stderr, isTTY: false, env, secrets });

// Without the program that wants the delivery there is nobody to tell of it.
const alone = () => process.kill(process.pid, 'SIGTERM');
process.on('disconnect', alone);
// It may have ended while we still say something.
stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

async function main(signal: AbortSignal): Promise<number> {
  const config = await new Promise<Config>((resolve) =>
    process.once('message', (message) => resolve(message as Config)),
  );
  for (const secret of secretValues(config)) secrets.add(secret);
  const { run } = await import('../run.ts');
  const report = await run('run', config, { log, signal, stdout });
  await new Promise((sent) => process.send?.(maskAll(report, createMask(secrets)), sent));
  return report.exitCode as number;
}

process.exitCode = await runMain(process, main, {
  say: log.info,
  complain: (error) => log.info(printError(error, colours(env, false)).trimEnd()),
});
process.off('disconnect', alone);
process.disconnect?.();
// A connection that is still open does not hold up the end.
setTimeout(() => process.exit(), 2_000).unref();
