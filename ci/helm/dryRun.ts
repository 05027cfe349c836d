import { randomUUID } from 'node:crypto';
import { ReturnType } from '@dagger.io/dagger';
import type { Context, Step } from '../core/context.ts';

/** What `helm upgrade` is called with. */
export interface Upgrade {
  args: readonly string[];
  mounts: Step;
}

/** Where a container has what its post-renderer needs. */
export const inside = '/pipeline/post-renderer';
/** The name of the post-renderer. */
export const plugin = 'pipeline';

/** A post-renderer of Helm 4, which has to be a plugin. */
export function postRenderer(command: string, args: readonly string[]): Step {
  const description = {
    ...{ apiVersion: 'v1', name: plugin, version: '1.0.0', type: 'postrenderer/v1', runtime: 'subprocess' },
    runtimeConfig: { platformCommand: [{ command, args }] },
  };
  return (ctr) =>
    ctr
      .withNewFile(`${inside}/plugins/${plugin}/plugin.yaml`, JSON.stringify(description))
      .withEnvVariable('HELM_PLUGINS', `${inside}/plugins`);
}

/**
 * Renders an upgrade as Helm would do it now, with what its chart looks up in the cluster.
 * @returns the manifest with its hooks, as Helm hands it to a post-renderer
 * @throws Error when Helm refuses
 */
export async function dryRun(
  { dag, images, cluster }: Pick<Context, 'dag' | 'images' | 'cluster'>,
  { args, mounts }: Upgrade,
): Promise<string> {
  const rendered = `${inside}/rendered.yaml`;
  const dry = ['--dry-run=server', '--hide-notes', '--post-renderer', plugin];
  const ran = dag
    .container()
    .from(images.tools)
    .with(await cluster.reach())
    .with(mounts)
    .with(postRenderer('tee', [rendered]))
    .withEnvVariable('PIPELINE_NONCE', randomUUID())
    // What it prints is the manifest, which may hold secrets, and the engine shows what is printed.
    .withExec(['sh', '-c', 'exec helm "$@" > /dev/null 2>&1', 'helm', ...args, ...dry], { expect: ReturnType.Any });
  if ((await ran.exitCode()) !== 0) throw new Error('Helm cannot render the chart on trial');
  return ran.file(rendered).contents();
}
