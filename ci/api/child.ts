/** The process of one delivery that a program has asked for: gets the settings from it, and sends the report back. */
import { endProcess, watchSessions } from '../cli/endProcess.ts';
import { cleanUpDeadline, printError, runMain } from '../cli/runMain.ts';
import { secretValues } from '../config/secretValues.ts';
import type { Config } from '../core/config.ts';
import { interruptCode } from '../core/interruption.ts';
import { untilAborted } from '../core/waiting.ts';
import { createLog } from '../log/log.ts';
import { createMask, maskAll } from '../log/mask.ts';
import { colours } from '../log/text.ts';

const { stdout, stderr, env } = process;
const secrets = new Set<string>();
const mask = createMask(secrets);
const log = createLog({ stream: stderr, isTTY: false, env, mask });

// Without the program that wants the delivery there is nobody to tell of it.
const alone = () => process.kill(process.pid, 'SIGTERM');
process.on('disconnect', alone);
const settings = new Promise<Config | null>((resolve) => {
  process.once('message', (message) => resolve(message as Config));
  process.once('disconnect', () => resolve(null));
  // It has ended before we listened.
  if (!process.connected) resolve(null);
});
// It may have ended while we still say something.
stderr.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const sessions = watchSessions();

async function main(signal: AbortSignal): Promise<number> {
  const config = await untilAborted(signal, settings);
  if (!config) return interruptCode('SIGTERM');
  for (const secret of secretValues(config)) secrets.add(secret);
  const { run } = await import('../commands/run.ts');
  const report = await run('run', config, { log, mask, signal, stdout });
  await new Promise((sent) => process.send?.(maskAll(report, mask), sent));
  return report.exitCode as number;
}

const output = {
  say: log.info,
  complain: (error: unknown) => log.info(printError(error, colours(env, false)).trimEnd()),
};
process.exitCode = await runMain(process, main, output, { deadline: cleanUpDeadline(env) });
process.off('disconnect', alone);
process.disconnect?.();
await endProcess(sessions);
