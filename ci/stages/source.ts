import type { Directory } from '@dagger.io/dagger';
import type { App } from '../app/detectApp.ts';
import type { Context } from '../context.ts';
import type { History } from '../source/history.ts';
import type { PreparedSource } from '../source/prepareSource.ts';

/**
 * What is to be delivered, in the engine. For a folder that is not versioned `commit` is `dir-` and twelve digits of its
 * content, and author, subject and url are ''.
 */
export interface Source extends Omit<History, 'ignored'> {
  directory: Directory;
  app: App;
}

/**
 * Loads the prepared source into the engine. Afterwards the folder it came from is no longer needed.
 */
export async function source(ctx: Pick<Context, 'dag' | 'report'>, prepared: PreparedSource): Promise<Source> {
  const { folder, exclude, gitignore, history, app } = prepared;
  // A session remembers what it read from the host; noCache makes a second run in the same session see what has changed.
  const directory = await ctx.dag.host().directory(folder, { exclude, gitignore, noCache: true }).sync();
  const known = history ?? {
    commit: await commitOf(directory),
    author: '',
    subject: '',
    ref: '',
    dirty: false,
    url: '',
  };
  const { commit, author, subject, ref, dirty, url } = known;
  ctx.report.source = { commit, author, subject, ref, dirty };
  return { directory, commit, author, subject, ref, dirty, url, app };
}

/** A name for content without a commit: the same files have the same name. */
async function commitOf(directory: Directory): Promise<string> {
  const digest = await directory.digest();
  return `dir-${digest.replace(/^.*:/, '').slice(0, 12)}`;
}
