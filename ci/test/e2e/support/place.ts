import type { Client } from '@dagger.io/dagger';
import type { Context } from '../../../core/context.ts';
import type { Images } from '../../../core/images.ts';
import type { Embedded } from '../../../targets/embedded/embedded.ts';
import { afterFile } from '../../harness.ts';

/** Where a test delivers: a session, a registry and a cluster. */
export interface Place extends Pick<Embedded, 'registry' | 'cluster'> {
  dag: Client;
  images: Images;
  ensureImage: Context['ensureImage'];
}

const cleanings: (() => Promise<unknown>)[] = [];

/**
 * Undoes what the tests of one file have made in a cluster: after the last of them, or before the session is closed, while the
 * cluster still answers. Dozens of pods that are left, each of which is probed, keep a core busy.
 */
export function cleanUp(clean: () => Promise<unknown>): void {
  let done: Promise<unknown> | undefined;
  const once = () => {
    done ??= clean();
    return done;
  };
  cleanings.push(once);
  afterFile(once);
}

/** Undoes all that is left to undo, the last first. */
export async function cleanAll(): Promise<void> {
  for (const clean of cleanings.splice(0).reverse()) await clean();
}
