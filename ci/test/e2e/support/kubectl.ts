import { randomUUID } from 'node:crypto';
import type { Place } from './place.ts';

/**
 * Runs kubectl against a cluster as somebody does by hand: it says of itself which of its commands sets a field.
 * @param editor a command that stands for the person in `kubectl edit`
 * @returns what it printed
 */
export async function kubectl(
  { dag, images, cluster }: Place,
  args: readonly string[],
  editor = 'false',
): Promise<string> {
  return dag
    .container()
    .from(images.tools)
    .with(await cluster.reach())
    .withEnvVariable('NONCE', randomUUID())
    .withEnvVariable('KUBE_EDITOR', editor)
    .withExec(['kubectl', ...args])
    .stdout();
}
