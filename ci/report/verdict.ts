import { exitCodes } from '../errors.ts';
import type { Report } from './report.ts';

/** The outcome of a run in one sentence. */
export interface Verdict {
  mark: '✓' | '✗' | '…';
  /** Such as `shop is live and tested`. */
  sentence: string;
}

/** What each exit code means to the people who wait for the release. */
const meaning: Record<number, string> = {
  [exitCodes.failedBeforeDeploy]: 'the cluster was not touched',
  [exitCodes.restored]: 'the previous release was restored and passed its tests again',
  [exitCodes.restoredUnverified]: 'the previous release was restored, but did not pass its tests again',
  [exitCodes.notRestored]: 'the previous release could not be restored: a person is needed',
  [exitCodes.locked]: 'another deployment holds the release; nothing was changed',
  [exitCodes.refused]: 'the release was refused; nothing was changed',
  [exitCodes.usage]: 'the input cannot be used; nothing was changed',
  [exitCodes.unavailable]: 'something the pipeline needs is out of reach',
  [exitCodes.internal]: 'the pipeline itself failed',
};

/** Reads the outcome from the exit code alone, so that no rendering can say otherwise. */
export function verdict({ name, exitCode, failure, unchanged, health }: Report): Verdict {
  if (exitCode === undefined) return { mark: '…', sentence: `${name} is being delivered` };
  if (exitCode === exitCodes.ok && health === 'left alone')
    return { mark: '✓', sentence: `${name} was left alone: another run is at work on it` };
  if (exitCode === exitCodes.ok && health)
    return { mark: '✓', sentence: `${name} is well: it runs as it was meant to, and passed its tests again` };
  if (exitCode === exitCodes.ok && unchanged)
    return { mark: '✓', sentence: `${name} is live and tested: nothing to do` };
  if (exitCode === exitCodes.ok) return { mark: '✓', sentence: `${name} is live and tested` };
  if (exitCode === exitCodes.notRestored && health)
    return { mark: '✗', sentence: `${name} is not well: a person is needed` };
  const where = failure ? ` in the stage ${failure.stage}` : '';
  if (exitCode > 128) return { mark: '✗', sentence: `${name} was interrupted${where}` };
  return { mark: '✗', sentence: `${name} failed${where}: ${meaning[exitCode] ?? `exit code ${exitCode}`}` };
}
