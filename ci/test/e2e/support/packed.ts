import { execFile } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../../core/program.ts';
import { temporaryFolder } from './apps.ts';
import { checkOut } from './checkOut.ts';
import type { Ended } from './program.ts';

const execute = promisify(execFile);

/** The package as `npm pack` makes it. */
export interface Packed {
  tarball: string;
  /** Paths in the package. */
  files: string[];
  /** The copy of this checkout that it was made in. */
  copy: string;
}

/** What lies about in a checkout, and must not get into a package. */
export const leftAbout = [
  '.env',
  '.npmrc',
  'k8s/deployer/kubeconfig',
  'k8s/registry/.dockerconfigjson',
  'ci/django/pipeline_django/__pycache__/wsgi.cpython-313.pyc',
  'reports/report.json',
];

let made: Promise<Packed> | undefined;

/** Packs a copy of this checkout as it stands, once: nothing is written to the checkout itself. */
export function packed(): Promise<Packed> {
  made ??= pack(temporaryFolder());
  return made;
}

async function pack(copy: string): Promise<Packed> {
  checkOut(copy);
  for (const file of leftAbout) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), '');
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const listed = await execute('npm', ['pack', '--json', '--foreground-scripts=false'], {
    cwd: copy,
    maxBuffer: 2 ** 24,
  });
  // npm 11 lists packages in an array, npm 12 by name.
  const [about] = Object.values(JSON.parse(listed.stdout) as Record<string, About>);
  if (!about) throw new Error(`npm pack has listed no package: ${listed.stdout}`);
  return { tarball: join(copy, about.filename), files: about.files.map(({ path }) => path), copy };
}

interface About {
  filename: string;
  files: { path: string }[];
}

/** Installs the package in a folder, as another repository does. @returns where it is then */
export async function install({ tarball }: Packed, folder: string): Promise<string> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shop', private: true, type: 'module' }));
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  await execute('npm', ['install', '--save-dev', ...quiet, tarball], { cwd: folder });
  return join(folder, 'node_modules/django-delivery-pipeline');
}

/** Runs a program to its end in a folder, as a user who stands there. */
export async function runIn(
  folder: string,
  [file = '', ...argv]: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const { CI: _, DAGGER_SESSION_PORT: __, DAGGER_SILENT: ___, INIT_CWD: ____, ...others } = process.env;
  const { npm_lifecycle_event: _____, ...inherited } = others;
  const running = execute(file, argv, { cwd: folder, env: { ...inherited, ...env }, maxBuffer: 2 ** 24 });
  const ended = await running.catch((error: Ended) => error);
  const { stdout, stderr } = ended;
  return { code: 'code' in ended ? ended.code : 0, stdout, stderr };
}
