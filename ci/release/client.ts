import type { Revision } from '../helm/history.ts';
import type { Failed } from './evidence/evidence.ts';
import type { Archived } from './ledger/archive.ts';
import type { Entry, Target } from './ledger/ledger.ts';

/**
 * All that is asked of a release, and done to it, where its safety is decided: by Helm and the API server, or by a model of both, on
 * which the decisions are tried by the thousand.
 */
export interface ReleaseClient {
  /** Helm's revisions, oldest first. */
  history(): Promise<Revision[]>;
  /**
   * What a revision of Helm's is by the ledger, or a target without a name of its own when somebody has made it by hand.
   * @param entries of the ledger
   */
  identify(revision: number, entries: readonly Entry[]): Promise<Target>;
  /** Whether a revision of Helm's is made for an image; true where no image is known. */
  isMadeFor(revision: number, image: string): Promise<boolean>;
  /** Whether Helm still has the very revision of a target. */
  hasRevision(target: Target): Promise<boolean>;
  /**
   * What somebody has changed by hand, one line each; noted in the report.
   * @param tested the entry of what is live as it passed its tests, if any
   */
  changedByHand(revision: number, tested: Entry | null): Promise<string[]>;
  /** Whether Helm still has the revision of a target, or the archive. */
  isAvailable(target: Target): Promise<boolean>;
  /** Makes sure that Helm has it. @returns the number under which Helm has it; null when it is nowhere */
  reinstate(target: Target): Promise<number | null>;
  /** Keeps a copy of a release that is live. Never throws. @returns for its entry */
  archive(entry: Pick<Entry, 'key' | 'revision'>, entries: readonly Entry[]): Promise<Archived>;
  /** Waits until no hook is at work any more, as long as a deployment may take. Never throws for what cannot be seen. */
  waitForHooks(): Promise<void>;
  /** `helm rollback`. @returns the new revision @throws PipelineError NOT_RESTORED */
  rollBack(revision: number): Promise<number>;
  /** @throws PipelineError DEPLOY when it will not get ready */
  waitForRevision(revision: number): Promise<void>;
  /** @throws PipelineError NOT_AS_MEANT */
  assertRunsImage(image: string): Promise<void>;
  /**
   * `helm test`.
   * @param summary told what has passed
   * @returns names of what has passed; none when the chart has no tests
   * @throws PipelineError VERIFY; SCHEMA and AHEAD where the database does not go with the code
   */
  test(summary?: (text: string) => void): Promise<string[]>;
  /** Removes a first installation without its data. @returns how it was left @throws PipelineError NOT_RESTORED */
  uninstall(): Promise<string>;
  /** Lets a revision that Helm calls pending count as failed. */
  unlock(): Promise<void>;
  /** What serves, in one sentence. Never throws. */
  describeLive(entries: readonly Entry[]): Promise<string>;
  /** Keeps logs, events, objects. Never throws. @returns lines for the message */
  collectEvidence(failed: Failed): Promise<string[]>;
}
