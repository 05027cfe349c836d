import type { Step } from '../context.ts';
import { imageVersion } from './imageTag.ts';

/** Says in the image where it comes from, in the labels that registries and scanners read. */
export function labels({ commit, dirty, url }: { commit: string; dirty: boolean; url: string }): Step {
  const values = { revision: commit, version: imageVersion({ commit, dirty }), source: url };
  return (ctr) =>
    Object.entries(values)
      .filter(([, value]) => value !== '')
      .reduce((labelled, [name, value]) => labelled.withLabel(`org.opencontainers.image.${name}`, value), ctr);
}
