/** A commit as people and image tags name it: twelve digits, behind `dir-` for a folder that is not versioned. */
export function shortCommit(commit: string): string {
  return commit.startsWith('dir-') ? commit : commit.slice(0, 12);
}
