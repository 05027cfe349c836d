import { type HelmContext, helm } from './helm.ts';

/**
 * What Helm keeps of a revision.
 * @param part the objects of the release, or its hooks
 * @returns their manifests, or null when Helm does not have the revision
 */
export async function getManifest(
  ctx: HelmContext,
  revision: number,
  part: 'manifest' | 'hooks' = 'manifest',
): Promise<string | null> {
  const { release, namespace } = ctx.config;
  const args = ['get', part, release, '--namespace', namespace, '--revision', String(revision)];
  const { exitCode, stdout } = await helm(ctx, args);
  return exitCode === 0 ? stdout : null;
}
