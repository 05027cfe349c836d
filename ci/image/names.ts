import { shortCommit } from '../source/shortCommit.ts';

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
