import { randomUUID } from 'node:crypto';
import { ReturnType } from '@dagger.io/dagger';
import type { Context, Step } from '../context.ts';

/** What Helm needs of a run. */
export type HelmContext = Pick<Context, 'dag' | 'images' | 'cluster' | 'config'>;

export interface HelmResult {
  exitCode: number;
  stdout: string;
  /** Lines of both streams, without empty ones. */
  lines: string[];
}

/**
 * Runs Helm in a container that reaches the cluster.
 * @param args behind `helm`; never a secret, arguments are shown by the engine
 * @param mounts adds the files that the arguments name
 */
export async function helm(
  { dag, images, cluster }: HelmContext,
  args: readonly string[],
  mounts: Step = (ctr) => ctr,
): Promise<HelmResult> {
  const ran = dag
    .container()
    .from(images.tools)
    .with(await cluster.reach())
    .with(mounts)
    // The engine answers an exec that it has seen before from its cache; what changes a cluster must run each time.
    .withEnvVariable('PIPELINE_NONCE', randomUUID())
    .withExec(['helm', ...args], { expect: ReturnType.Any });
  const exitCode = await ran.exitCode();
  const [stdout, stderr] = [await ran.stdout(), await ran.stderr()];
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return { exitCode, stdout, lines };
}
