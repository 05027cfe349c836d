import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PipelineError } from '../core/errors.ts';
import { mostAncestors } from './commit.ts';
import { type GitResult, git } from './git.ts';
import { nearest, parseRefs, type RemoteRefs, resolveRef } from './refs.ts';
import { credentials, type GitUrl, redact } from './url.ts';

export interface CloneOptions {
  remote: GitUrl;
  /** Branch, tag, full ref name or commit; undefined for the default branch. */
  ref: string | undefined;
  /** An empty folder. */
  into: string;
  signal: AbortSignal;
  /** Added to git's environment. */
  env?: Record<string, string>;
}

type Run = (...args: string[]) => Promise<GitResult>;

/** No run fails for want of it. */
const historyWithin = 20_000;

/** Long enough for a slow server to list its branches, short enough for whoever waits before a terminal. */
const answerWithin = 60_000;

/**
 * Checks out one commit of a repository, submodules included, with as little history as the server makes possible.
 * @returns the name of what was checked out: the ref, or the default branch
 * @throws SOURCE_UNREACHABLE, SOURCE_REF, HOST_PACKAGES
 */
export async function clone({ remote, ref, into, signal, env = {} }: CloneOptions): Promise<string> {
  const given = Number(env['GIT_CONFIG_COUNT'] ?? process.env['GIT_CONFIG_COUNT'] ?? 0);
  const options = { cwd: into, signal, env: { ...env, ...credentials(remote, given) } };
  const run: Run = (...args) => git(args, options);
  const listed = await git(['ls-remote', '--symref', '--', remote.url, 'HEAD', 'refs/heads/*', 'refs/tags/*'], {
    ...options,
    timeout: answerWithin,
  });
  if (!listed.ok) throw unreachable(remote, listed);
  const refs = parseRefs(listed.stdout);
  const resolved = resolveRef(ref, refs);
  if (resolved.kind === 'unknown') throw unknownRef(remote, ref, refs);

  // The user's own templates and hooks are made for his repositories, not for this copy.
  await run('init', '--quiet', '--template=', '.');
  await run('config', 'core.hooksPath', '/dev/null');
  await run('remote', 'add', '--', 'origin', remote.url);
  const commit =
    resolved.kind === 'fetch'
      ? await fetchRef(run, remote, resolved.fetch, refs)
      : await fetchCommit(run, remote, resolved.name, refs);
  const checkedOut = await run('checkout', '--quiet', '--detach', commit);
  if (!checkedOut.ok) throw unreachable(remote, checkedOut);
  await fetchSubmodules(run, remote, into);
  await fetchHistory((...args) => git(args, { ...options, timeout: historyWithin }), into);
  return resolved.name;
}

async function fetchRef(run: Run, remote: GitUrl, name: string, refs: RemoteRefs): Promise<string> {
  const fetched = await run('fetch', '--quiet', '--depth=1', '--no-tags', '--', 'origin', name);
  if (fetched.ok) return 'FETCH_HEAD';
  const missing = fetched.complaint.some((line) => line.includes("couldn't find remote ref"));
  throw missing ? unknownRef(remote, name, refs) : unreachable(remote, fetched);
}

/** Asks for the commit itself first; a server that refuses, or a shortened commit, needs the history of all branches and tags. */
async function fetchCommit(run: Run, remote: GitUrl, commit: string, refs: RemoteRefs): Promise<string> {
  if (commit.length >= 40) {
    const direct = await run('fetch', '--quiet', '--depth=1', '--no-tags', '--', 'origin', commit.toLowerCase());
    if (direct.ok) return 'FETCH_HEAD';
  }
  const everything = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*'];
  const fetched = await run('fetch', '--quiet', '--filter=blob:none', '--', 'origin', ...everything);
  if (!fetched.ok) throw unreachable(remote, fetched);
  const found = await run('rev-parse', '--quiet', '--verify', '--end-of-options', `${commit}^{commit}`);
  if (!found.ok) throw unknownRef(remote, commit, refs);
  return found.stdout.trim();
}

/**
 * The commits before, without their files: by them can be told what was delivered before this. Where the server does not hand them over,
 * or takes its time, it goes without.
 */
async function fetchHistory(run: Run, folder: string): Promise<void> {
  if (!existsSync(join(folder, '.git', 'shallow'))) return;
  const { stdout } = await run('rev-parse', 'HEAD');
  const depth = `--depth=${mostAncestors + 1}`;
  await run('fetch', '--quiet', depth, '--filter=tree:0', '--no-tags', '--', 'origin', stdout.trim());
}

async function fetchSubmodules(run: Run, remote: GitUrl, folder: string): Promise<void> {
  if (!existsSync(join(folder, '.gitmodules'))) return;
  const updated = await run('submodule', '--quiet', 'update', '--init', '--recursive', '--depth=1');
  if (!updated.ok) throw unreachable(remote, updated, 'a submodule of ');
}

function unreachable(remote: GitUrl, result: GitResult, what = ''): PipelineError {
  return new PipelineError('SOURCE_UNREACHABLE', `git cannot read ${what}${remote.url}`, {
    details: result.complaint.slice(-3).map(redact),
  });
}

function unknownRef(remote: GitUrl, ref: string | undefined, refs: RemoteRefs): PipelineError {
  const near = nearest(ref ?? 'main', refs);
  const message = ref === undefined ? `${remote.url} has no default branch` : `${remote.url} has no ref ${ref}`;
  return new PipelineError('SOURCE_REF', message, {
    details: [near.length > 0 ? `the closest are: ${near.join(', ')}` : 'the repository has no commits'],
  });
}
