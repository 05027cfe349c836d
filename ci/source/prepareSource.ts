import { statSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type App, detectApp } from '../app/detectApp.ts';
import type { Context } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import { clone } from '../git/clone.ts';
import { type Commit, readCommit } from '../git/commit.ts';
import { type GitUrl, gitUrl, redact, repositoryUrl } from '../git/url.ts';
import { byproducts } from './byproducts.ts';
import { listFiles, type Selection, select } from './files.ts';

/** A source on the host's own file system, looked at but not yet handed to an engine. */
export interface PreparedSource extends Selection {
  /** Absolute path. */
  folder: string;
  /** The commit that is checked out; null for a folder that is not versioned. */
  head: Omit<Commit, 'ignored'> | null;
  app: App;
  /** Removes what was fetched. The folder must have been loaded into the engine, or the run be over. */
  dispose(): Promise<void>;
}

type PrepareContext = Pick<Context, 'config' | 'log' | 'signal'>;

/**
 * Brings the source to this machine and finds out what it is, before an engine is needed: bad input fails in seconds.
 * @param temporary the folder in which what is fetched gets a folder of its own
 * @throws SOURCE_MISSING, SOURCE_REF, SOURCE_UNREACHABLE, SOURCE_NOT_PYTHON, SOURCE_LAYOUT, HOST_PACKAGES, CONFIG
 */
export async function prepareSource(ctx: PrepareContext, temporary = tmpdir()): Promise<PreparedSource> {
  const remote = gitUrl(ctx.config.source);
  return remote ? prepareRepository(ctx, remote, temporary) : prepareFolder(ctx, resolve(ctx.config.source));
}

async function prepareFolder(ctx: PrepareContext, folder: string): Promise<PreparedSource> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new PipelineError('SOURCE_MISSING', `there is no folder ${redact(folder)}`);
  }
  const never = await byproducts(folder, ctx.config.reports);
  const known = await commitOf(ctx, folder, never);
  const selection = select(never, known?.ignored ?? null);
  const app = detectApp(await listFiles(folder, selection), ctx.config);
  return { folder, ...selection, head: known, app, dispose: async () => {} };
}

async function prepareRepository(
  { config, log, signal }: PrepareContext,
  remote: GitUrl,
  temporary: string,
): Promise<PreparedSource> {
  const own = await mkdtemp(join(temporary, 'pipeline-source-'));
  const dispose = (): Promise<void> => rm(own, { recursive: true, force: true, maxRetries: 5 });
  try {
    const folder = join(own, 'source');
    await mkdir(folder);
    const ref = await log.step(`fetching ${remote.url}`, () =>
      clone({ remote, ref: config.ref, into: folder, signal }),
    );
    const known = await readCommit({ cwd: folder, signal });
    // All that was checked out is tracked: nothing is left out but git's own folders.
    const selection: Selection = { exclude: ['**/.git'], gitignore: false };
    const app = detectApp(await listFiles(folder, selection), config);
    return {
      folder,
      ...selection,
      head: known && { ...known, ref, dirty: false, url: repositoryUrl(remote.url) },
      app,
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The commit is worth knowing, but a folder can be delivered without: git may be missing, or refuse another user's repository. */
async function commitOf(
  { log, signal }: Pick<Context, 'log' | 'signal'>,
  folder: string,
  never: readonly string[],
): Promise<Commit | null> {
  try {
    return await readCommit({ cwd: folder, signal }, never);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    log.warn(`The commit of ${folder} is unknown: ${[error.message, ...error.details].join(': ')}.`);
    return null;
  }
}
