import { randomUUID } from 'node:crypto';
import { ReturnType } from '@dagger.io/dagger';
import { causes } from '../core/causes.ts';
import type { Context, Step } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { missingRight } from '../kube/missingRight.ts';

/** What Helm needs of a run. */
export type HelmContext = Pick<Context, 'dag' | 'images' | 'cluster' | 'place' | 'config' | 'mask'>;

export interface HelmResult {
  exitCode: number;
  stdout: string;
  /** Lines of both streams, without empty ones. */
  lines: string[];
}

/** What may be done twice: it asks, or comes to the same end. */
const repeatable = ['test', 'uninstall'];

/** Helm's words for an API server that does not answer (pkg/kube/client.go); it asks for an answer before it changes anything. */
const unreachable = /^Error: .*kubernetes cluster unreachable/i;

/**
 * Runs Helm in a container that reaches the cluster. What may be done twice is, once, where the engine fails rather than Helm: on a
 * busy machine it now and then cannot clear away a container whose command has ended.
 * @param args behind `helm`; never a secret, arguments are shown by the engine
 * @param mounts adds the files that the arguments name
 * @throws PipelineError CLUSTER when Helm does not reach the cluster, in which it has changed nothing then
 */
export async function helm(
  ctx: HelmContext,
  args: readonly string[],
  mounts: Step = (ctr) => ctr,
): Promise<HelmResult> {
  const result = await run(ctx, args, mounts).catch((error: unknown) => {
    // Every exit code of Helm is an answer; what comes as this error is the engine's own.
    const again = repeatable.includes(args[0] ?? '') && causes(error).some(({ name }) => name === 'ExecError');
    if (!again) throw error;
    return run(ctx, args, mounts);
  });
  if (!result.lines.some((line) => unreachable.test(line))) return result;
  const details = result.lines.slice(-5);
  throw new PipelineError('CLUSTER', 'Helm does not reach the cluster from its container', { details });
}

async function run({ dag, images, cluster }: HelmContext, args: readonly string[], mounts: Step): Promise<HelmResult> {
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

/** Reads Helm's status: lines `TEST SUITE: name` followed by `Phase: Succeeded`. */
export function testSuites(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^TEST SUITE:\s+(\S+)/.exec(line)?.[1] ?? []).filter((name) => name !== 'None');
}

/** Helm's own words, without the prefix: an error of a schema goes on for some lines. Of a right that is missing, the gist. */
export function reason(lines: readonly string[]): string {
  const start = lines.findLastIndex((line) => line.startsWith('Error: '));
  const error = start < 0 ? lines.slice(-1) : lines.slice(start, start + 4);
  const words = error.map((line) => line.replace(/^Error: /, '').trim()).join(' ');
  return missingRight(words) ?? (words || 'no reason given');
}
