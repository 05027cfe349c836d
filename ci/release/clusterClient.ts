import type { ReleaseContext } from '../core/context.ts';
import { history } from '../helm/history.ts';
import { retry } from '../kube/retry.ts';
import type { ReleaseClient } from './client.ts';
import { changedByHand } from './drift/changedByHand.ts';
import { collectEvidence } from './evidence/evidence.ts';
import {
  archiveOrNote,
  hasRevision,
  identifyRevision,
  isAvailable,
  isMadeFor,
  reinstateRevision,
} from './ledger/archive.ts';
import { helmTest } from './rollout/helmTest.ts';
import { rollBack } from './rollout/rollBack.ts';
import { uninstallFirst } from './rollout/uninstall.ts';
import { unlock } from './rollout/unlock.ts';
import { waitForHooks } from './rollout/waitForHooks.ts';
import { waitForRevision } from './rollout/waitForRollout.ts';
import { describeLive } from './state/describeLive.ts';
import { assertRunsImage } from './state/runsImage.ts';

/** A release in a real cluster. */
export function clusterClient(ctx: ReleaseContext): ReleaseClient {
  return {
    history: () => history(ctx),
    identify: (revision, entries) => identifyRevision(ctx.place, revision, entries),
    isMadeFor: (revision, image) => isMadeFor(ctx.place, revision, image),
    hasRevision: (target) => hasRevision(ctx.place, target),
    changedByHand: (revision, tested) => changedByHand(ctx, revision, tested),
    isAvailable: (target) => isAvailable(ctx.place, target),
    reinstate: (target) => reinstateRevision(ctx.place, target),
    archive: (entry, entries) => archiveOrNote(ctx, entry, entries),
    waitForHooks: () => waitForHooks(ctx),
    rollBack: (revision) => rollBack(ctx, revision),
    waitForRevision: (revision) => waitForRevision(ctx, revision),
    assertRunsImage: (image) => retry(() => assertRunsImage(ctx, image)),
    test: (summary) => helmTest(ctx, summary),
    uninstall: () => uninstallFirst(ctx),
    unlock: () => unlock(ctx),
    describeLive: (entries) => describeLive(ctx, entries),
    collectEvidence: (failed) => collectEvidence(ctx, failed),
  };
}
