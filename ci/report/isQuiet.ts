import type { SessionCommand } from '../cli/parseCommand.ts';
import type { Report } from '../core/report.ts';

/**
 * Whether a run has nothing to tell anybody but its own terminal: what is live was looked at and is well, or the repository was
 * looked at and nothing was new. When something was done after all, what a dead run had left, it is told.
 * @param report closed, so that its exit code is known
 */
export function isQuiet(command: SessionCommand, { exitCode, health, trigger, unchanged, stages }: Report): boolean {
  if (exitCode !== 0 || stages.some(({ name }) => name === 'recover')) return false;
  if (health) return true;
  return command === 'run' && trigger.kind === 'poll' && unchanged !== undefined;
}
