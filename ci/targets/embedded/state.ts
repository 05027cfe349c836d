import { CacheSharingMode, type CacheVolume, type Client } from '@dagger.io/dagger';
import type { Log } from '../../core/context.ts';
import { currentUser } from '../../core/machine.ts';

/**
 * The data of the embedded servers, which outlives a run. Two servers on one data folder would ruin it, so the engine
 * lends each volume to one run at a time. Sharing is part of a volume's identity: every use comes from here.
 */
export interface Volumes {
  cluster: CacheVolume;
  registry: CacheVolume;
  /** What the node tells of itself: its kubeconfig. */
  kubeconfig: CacheVolume;
  /** Who has the other volumes. */
  holder: CacheVolume;
}

export function volumes(dag: Client): Volumes {
  const locked = { sharing: CacheSharingMode.Locked };
  return {
    cluster: dag.cacheVolume('embedded-cluster', locked),
    registry: dag.cacheVolume('embedded-registry', locked),
    kubeconfig: dag.cacheVolume('embedded-kubeconfig'),
    holder: dag.cacheVolume('embedded-holder'),
  };
}

export interface Prepared {
  state: 'new' | 'kept' | 'lost';
  /** The engine's clock, in milliseconds since 1970: what was reported before is from an earlier life of the cluster. */
  startedAt: number;
}

/**
 * Waits for the volumes and makes sure that they belong together. The engine may drop one of them to make room: a
 * cluster whose registry has forgotten its images cannot restart a pod, so both are started afresh then.
 */
const script = `
set -eu
rm -f /access/k3s.yaml
printf '%s' "$REGISTRIES" > /access/registries.yaml
printf '%s' "$WHO" > /holder/current
cluster=$(cat /cluster/.pair 2>/dev/null || true)
registry=$(cat /registry/.pair 2>/dev/null || true)
if [ -z "$cluster$registry" ]; then state=new
elif [ "$cluster" = "$registry" ]; then state=kept
else state=lost; fi
if [ $state != kept ]; then
  find /cluster /registry -mindepth 1 -delete
  echo "$RUN" > /cluster/.pair
  echo "$RUN" > /registry/.pair
fi
echo "$state $(date +%s)"
`;

const quietTime = 3_000;

/**
 * @param image any image with a shell
 * @param registries k3s's registries.yaml: which mirror the node asks for the images of a registry
 */
export async function prepareVolumes(
  dag: Client,
  image: string,
  registries: unknown,
  log: Log,
  runId: string,
): Promise<Prepared> {
  const { cluster, registry, kubeconfig, holder } = volumes(dag);
  // Fetched first: the time below is for the volumes alone.
  const shell = await dag
    .container()
    .from(image)
    .withMountedCache('/holder', holder)
    .withEnvVariable('RUN', runId)
    .sync();
  const timer = setTimeout(
    () => void tellWhoWaits(shell.withExec(['cat', '/holder/current']).stdout(), log),
    quietTime,
  );
  try {
    const output = await shell
      // One order for all who take more than one of these, by their places here and by the names of the places.
      .withMountedCache('/access', kubeconfig)
      .withMountedCache('/cluster', cluster)
      .withMountedCache('/registry', registry)
      .withEnvVariable('REGISTRIES', JSON.stringify(registries))
      .withEnvVariable('WHO', me())
      .withExec(['sh', '-c', script])
      .stdout();
    const [state, seconds] = output.trim().split(' ');
    return { state: state as Prepared['state'], startedAt: Number(seconds) * 1000 };
  } finally {
    clearTimeout(timer);
  }
}

function me(): string {
  return `${currentUser()}, process ${process.pid}, since ${new Date().toISOString()}`;
}

async function tellWhoWaits(holder: Promise<string>, log: Log): Promise<void> {
  const who = await holder.catch(() => 'another run');
  // Not "in use by": a run notes itself when it gets the volumes, and is noted still when it has ended.
  log.info(`The embedded cluster is in use; the last to get it was ${who.trim()}. Waiting until it is free.`);
}
