import type { Step } from '../core/context.ts';
import { imageVersion } from './names.ts';

/** Where an image comes from; url is '' where that is not known. */
export interface Origin {
  commit: string;
  dirty: boolean;
  url: string;
}

/** Says in the image where it comes from, in the labels that registries and scanners read. */
export function labels({ commit, dirty, url }: Origin): Step {
  const values = { revision: commit, version: imageVersion({ commit, dirty }), source: url };
  return (ctr) =>
    Object.entries(values)
      .filter(([, value]) => value !== '')
      .reduce((labelled, [name, value]) => labelled.withLabel(`org.opencontainers.image.${name}`, value), ctr);
}
