import { PipelineError } from '../core/errors.ts';
import { shortCommit } from '../core/values.ts';
import { type GitOptions, type GitResult, git } from './git.ts';
import { repositoryUrl } from './url.ts';

/** What git knows of the folder that is to be delivered. */
export interface Commit {
  /** Full commit. */
  commit: string;
  author: string;
  /** When it was committed, ISO 8601. */
  date: string;
  /** First line of the commit's message. */
  subject: string;
  /** Branch or, when none is checked out, the short commit. */
  ref: string;
  /** True when the source differs from the commit. */
  dirty: boolean;
  /** Where the repository is, see repositoryUrl; '' when nobody else could reach it. */
  url: string;
  /** Short names of the commits before it, the nearest first, as far as they are there: a shallow clone has none. */
  ancestors: string[];
  /** What git ignores in the folder, relative to it; a folder ends in a slash. */
  ignored: string[];
}

/** So many commits back it is known what came before: enough to tell apart what is delivered at about the same time. */
export const mostAncestors = 50;

/**
 * Looks up the commit of a folder.
 * @param never patterns of what is no part of the source: it does not make the folder differ from the commit
 * @returns null when the folder is not versioned: outside any repository, without commits, or unknown to the repository around it
 * @throws HOST_PACKAGES without git, SOURCE_UNREACHABLE when git refuses, as it does for a repository of another user
 */
export async function readCommit(options: GitOptions, never: readonly string[] = []): Promise<Commit | null> {
  const run = (...args: string[]): Promise<GitResult> => git(args, options);
  const tracked = await run('ls-files', '-z', '--', '.');
  if (!tracked.ok && !tracked.complaint.some((line) => line.includes('not a git repository'))) {
    throw new PipelineError('SOURCE_UNREACHABLE', 'git refuses to read its repository', { details: tracked.complaint });
  }
  if (tracked.stdout === '') return null;
  // Git's own answer to "what would not be committed here" covers .gitignore files of parent folders and the user's own excludes,
  // and keeps a file that is tracked although a pattern ignores it.
  const ignored = await run('ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory', '--', '.');
  const last = await run('log', '-1', '--no-show-signature', '--encoding=UTF-8', '--format=%H%x00%an%x00%cI%x00%s');
  if (!last.ok) return null;
  const [commit = '', author = '', date = '', subject = ''] = last.stdout.trim().split('\0');
  const branch = await run('symbolic-ref', '--quiet', '--short', 'HEAD');
  // File by file: a folder that is named as a whole would not match what is in it.
  const without = never.flatMap((pattern) => [pattern, `${pattern}/**`]).map((pattern) => `:(exclude,glob)${pattern}`);
  const status = await run('status', '--porcelain', '--untracked-files=all', '--', '.', ...without);
  const before = await run('rev-list', '--skip=1', `--max-count=${mostAncestors}`, 'HEAD');
  const remote = await run('remote', 'get-url', 'origin');
  return {
    commit,
    author,
    date,
    subject,
    ref: branch.stdout.trim() || commit.slice(0, 12),
    dirty: status.stdout !== '',
    url: repositoryUrl(remote.stdout.trim()),
    ancestors: before.stdout.split('\n').filter(Boolean).map(shortCommit),
    ignored: ignored.stdout.split('\0').filter(Boolean),
  };
}
