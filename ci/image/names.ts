import type { Step } from '../core/context.ts';
import { shortCommit } from '../core/values.ts';

type Version = { commit: string; dirty: boolean };

/** The longest tag that the OCI distribution specification allows. */
const longest = 128;

/** Names the content: the short commit, and whether the folder differed from it. The same content has the same name in every build. */
export function imageVersion({ commit, dirty }: Version): string {
  return shortCommit(commit) + (dirty ? '-dirty' : '');
}

/**
 * The image's tag: what is in it, and which build made it.
 * @param buildNumber as the CI server counts, in any letters; those that no tag may have become dashes
 */
export function imageTag(version: Version, buildNumber: string): string {
  return `${imageVersion(version)}-${buildNumber.replace(/[^\w.-]+/g, '-')}`.slice(0, longest);
}

/** So many hexadecimal digits of a digest are in a tag. */
const digits = 12;

/**
 * The tag that no other image is ever put under: an image that lost its last tag to a newer one is what registries clean away, though a
 * rollback may need it.
 * @param tag see imageTag
 * @param digest `sha256:…`
 */
export function digestTag(tag: string, digest: string): string {
  const short = digest.replace(/^.*:/, '').slice(0, digits);
  return `${tag.slice(0, longest - digits - 1)}-${short}`;
}

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
