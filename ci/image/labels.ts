import type { Step } from '../context.ts';
import { imageVersion } from './imageTag.ts';

/** Says in the image where it comes from, in the labels that registries and scanners read. */
export function labels({ commit, dirty, url }: { commit: string; dirty: boolean; url: string }): Step {
  // The path of a repository on somebody's disk means nothing to others, and is nobody's business.
  const values = {
    revision: commit,
    version: imageVersion({ commit, dirty }),
    source: url.startsWith('file:') ? '' : url,
  };
  return (ctr) =>
    Object.entries(values)
      .filter(([, value]) => value !== '')
      .reduce((labelled, [name, value]) => labelled.withLabel(`org.opencontainers.image.${name}`, value), ctr);
}
