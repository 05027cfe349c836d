import { exitCodes } from '../../core/errors.ts';
import { notCheckedText, type Report } from '../../core/report.ts';

/** The outcome of a run in one sentence. */
export interface Verdict {
  mark: '✓' | '✗' | '…';
  /** Such as `shop is live and tested`. */
  sentence: string;
}

/** How the cluster is left, where a run did not come to change it; in front of that stands what happened. */
const untouched: Record<number, string> = {
  [exitCodes.failedBeforeDeploy]: '',
  [exitCodes.locked]: 'another deployment holds the release; ',
  [exitCodes.refused]: 'the release was refused; ',
  [exitCodes.usage]: 'the input cannot be used; ',
};

/** Where a run ended in the middle of a change. */
const leftOpen = 'the next run finishes or undoes what this one began';

/** What each of the other exit codes means to the people who wait for the release. */
const meaning: Record<number, string> = {
  [exitCodes.restored]: 'the previous release was restored and passed its tests again',
  [exitCodes.restoredUnverified]: 'the previous release was restored, but nothing proves that it works',
  [exitCodes.notRestored]: 'the previous release could not be restored: a person is needed',
  [exitCodes.firstRemoved]: 'it was the first release, and is removed again; data is kept',
  [exitCodes.unavailable]: 'something the pipeline needs is out of reach',
  [exitCodes.internal]: 'the pipeline itself failed',
};

/**
 * Reads the outcome from the exit code, so that no rendering can say otherwise; what else it says of tests and of changes is what
 * the stages have noted.
 */
export function verdict(report: Report): Verdict {
  const { name, exitCode, failure, health, revision } = report;
  if (exitCode === undefined) return { mark: '…', sentence: `${name} is being delivered` };
  if (exitCode === exitCodes.ok) return { mark: '✓', sentence: `${name} ${good(report)}` };
  if (exitCode === exitCodes.notRestored && health)
    return { mark: '✗', sentence: `${name} is not well: a person is needed` };
  const where = failure ? ` in the stage ${failure.stage}` : '';
  const begun = revision && revision.after !== null;
  if (exitCode > 128) return { mark: '✗', sentence: `${name} was interrupted${where}${begun ? `; ${leftOpen}` : ''}` };
  return { mark: '✗', sentence: `${name} failed${where}: ${bad(report, exitCode)}` };
}

function good(report: Report): string {
  const { unchanged, health, untested } = report;
  if (health === 'left alone') return 'was left alone: another run is at work on it';
  const notChecked = notCheckedText(report);
  const but = notChecked === null ? '' : `; ${notChecked}`;
  if (health)
    return `is well: it runs as it was meant to, ${untested ? 'though its chart has no tests' : 'and passed its tests again'}${but}`;
  if (unchanged) return `is live and tested: nothing to do${but}`;
  return untested ? 'is live, and not tested: its chart has no tests' : 'is live and tested';
}

function bad({ stages, endedBy, revision }: Report, exitCode: number): string {
  if (endedBy === 'LEASE_LOST') return `it lost its hold on the release; ${leftOpen}`;
  if (exitCode === exitCodes.notRestored && revision?.after === null)
    return 'what was to come back could not be brought back, and the release was not changed: a person is needed';
  const before = endedBy === 'SUPERSEDED' ? 'a newer run goes first; ' : untouched[exitCode];
  if (before === undefined) return meaning[exitCode] ?? `exit code ${exitCode}`;
  if (stages.some((stage) => stage.name === 'recover' && stage.outcome !== 'skipped'))
    return `${before}the release was not changed, but for what a run that died had left half done`;
  // Whoever has held the lease has made a namespace, a Lease and a ledger where there were none.
  return before || endedBy === 'RENDER' ? `${before}the release was not changed` : 'the cluster was not touched';
}
