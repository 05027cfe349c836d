import { engine } from '../../../targets/engine.ts';
import { givenCluster } from '../../../targets/given/cluster.ts';
import { givenRegistry } from '../../../targets/given/registry.ts';
import { loadKubeconfig } from '../../../targets/kubeconfig.ts';
import { afterAll } from '../../harness.ts';
import { nativeCluster } from './nativeCluster.ts';
import type { Place } from './place.ts';
import { log, longSession } from './shared.ts';

let opened: Promise<Place> | undefined;

/** A session with the cluster and the registry outside of the engine, as a user's own. Closed after the last test. */
export function sharedOutside(): Promise<Place> {
  opened ??= open();
  return opened;
}

async function open(): Promise<Place> {
  const { kubeconfig, registry } = await nativeCluster();
  const found = await engine(process.env, log, new AbortController().signal);
  const ready = Promise.withResolvers<Place>();
  const end = Promise.withResolvers<void>();
  const session = longSession(found, async (dag) => {
    const cluster = givenCluster(dag, loadKubeconfig(kubeconfig, undefined), kubeconfig);
    const place = { dag, images: found.images, ensureImage: found.ensureImage };
    ready.resolve({ ...place, cluster, registry: givenRegistry(dag, `${registry.name}/team`, {}) });
    await end.promise;
  });
  session.catch((error) => ready.reject(error));
  afterAll(async () => {
    end.resolve();
    await session;
  });
  return ready.promise;
}
