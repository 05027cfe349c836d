import type { Client, Directory } from '@dagger.io/dagger';
import type { App } from '../app/detectApp.ts';
import { hashFiles } from '../core/hashFiles.ts';
import type { Commit } from '../git/commit.ts';
import { listPaths, type Selection } from './files.ts';
import type { PreparedSource } from './prepareSource.ts';

/**
 * What is to be delivered, in the engine. For a folder that is not versioned `commit` is `dir-` and twelve digits of its
 * content, author, subject and url are '', and the date is that of no commit.
 */
export interface Source extends Omit<Commit, 'ignored'> {
  directory: Directory;
  app: App;
}

/** The same for every folder without commits, so that the same files make the same image. */
const noDate = '1970-01-01T00:00:00Z';

/** Loads the prepared source into the engine. Afterwards the folder it came from is no longer needed. */
export async function loadSource(dag: Client, prepared: PreparedSource): Promise<Source> {
  const { folder, exclude, gitignore, head, app } = prepared;
  // A session remembers what it read from the host; noCache makes a second run in the same session see what has changed.
  const directory = await dag.host().directory(folder, { exclude, gitignore, noCache: true }).sync();
  const known = head ?? {
    commit: await commitOf(folder, { exclude, gitignore }),
    author: '',
    date: noDate,
    subject: '',
    ref: '',
    dirty: false,
    url: '',
    ancestors: [],
  };
  const { commit, author, date, subject, ref, dirty, url, ancestors } = known;
  return { directory, commit, author, date, subject, ref, dirty, url, ancestors, app };
}

/** A name for content without a commit: the same files have the same name, whatever rights a user's umask gives them. */
async function commitOf(folder: string, selection: Selection): Promise<string> {
  const hash = await hashFiles(folder, await listPaths(folder, selection));
  return `dir-${hash.slice(0, 12)}`;
}
