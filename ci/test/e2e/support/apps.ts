import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../../../core/program.ts';
import { afterAll } from '../../harness.ts';

const example = join(root, 'example');

/** A copy of example/ under version control, to be changed by a test. */
export interface App {
  folder: string;
  /** Replaces a text in a file; the text must be there. */
  change(file: string, from: string, to: string): void;
  write(file: string, content: string): void;
  commit(subject: string): void;
  /** Takes back all that came after a commit. */
  reset(to: string): void;
}

/** Folders are removed after the last test. */
export function appOfExample(): App {
  const folder = temporaryFolder();
  cpSync(example, folder, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Tester', '-c', 'user.email=tester@example.org', ...args], {
      cwd: folder,
      stdio: 'pipe',
    });
  const app: App = {
    folder,
    change(file, from, to) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
      writeFileSync(join(folder, file), text.replace(from, to));
    },
    write(file, content) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), content);
    },
    commit(subject) {
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', subject);
    },
    reset(to) {
      git('reset', '--quiet', '--hard', to);
    },
  };
  git('init', '--quiet', '--initial-branch=main');
  app.commit('first version');
  return app;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipeline-e2e-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
