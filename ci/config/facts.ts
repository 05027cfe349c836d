import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from '../core/config.ts';
import { currentUser } from '../core/machine.ts';
import { packed, root } from '../core/program.ts';
import { gitEnvironment } from '../git/environment.ts';

/** What the settings are checked against. Tests hand in a made-up file system. */
export interface Facts {
  /** Relative paths start here. */
  cwd: string;
  /** The folder of this program: home of helm-chart/. */
  repository: string;
  /** The folder that is delivered when none is named. */
  defaultSource: string;
  home: string;
  /** Who runs the program, and on which machine. */
  person: string;
  kind(path: string): 'file' | 'folder' | 'absent';
  /** Whether files can be made in a folder, which may have to be made itself. */
  canWriteIn(folder: string): boolean;
  /** Where a git working copy was cloned from; '' for a folder that is none, or only lies in one. */
  origin(folder: string): string;
  /** The text of a file. Throws when it cannot be read. */
  read(path: string): string;
}

/** The facts of the machine the program runs on. */
export function realFacts(env: Environment): Facts {
  const cwd = workingDirectory(env, process.cwd(), root);
  return {
    cwd,
    repository: root,
    // The package is installed where the application is, to deliver that one.
    defaultSource: packed() ? cwd : join(root, 'example'),
    home: homedir(),
    person: currentUser(),
    kind,
    canWriteIn,
    origin,
    read: (path) => readFileSync(path, 'utf8'),
  };
}

function kind(path: string): ReturnType<Facts['kind']> {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    // What may not be looked at is as good as absent.
    return 'absent';
  }
}

function canWriteIn(folder: string): boolean {
  const nearest = kind(folder);
  if (nearest === 'absent') return folder !== dirname(folder) && canWriteIn(dirname(folder));
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return nearest === 'folder';
  } catch {
    return false;
  }
}

function origin(folder: string): string {
  const git = (...args: string[]) =>
    spawnSync('git', args, { cwd: folder, env: gitEnvironment(process.env), encoding: 'utf8' });
  // Empty at the top of a working copy alone.
  const above = git('rev-parse', '--show-prefix');
  if (above.status !== 0 || above.stdout.trim() !== '') return '';
  const url = git('remote', 'get-url', 'origin');
  return url.status === 0 ? url.stdout.trim() : '';
}

/**
 * Where the user stood. `npm run` moves to the folder of package.json first, so that `npm --prefix ../pipeline run ci -- --source .` would
 * deliver the pipeline instead of the application. Only npm's own move is undone: INIT_CWD is inherited by everything that npm starts.
 */
export function workingDirectory(env: Environment, cwd: string, repository: string): string {
  const movedByNpm = env['npm_lifecycle_event'] === 'ci' && cwd === repository;
  return (movedByNpm && env['INIT_CWD']) || cwd;
}
