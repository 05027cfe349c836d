import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, Directory } from '@dagger.io/dagger';
import type { App } from '../app/detectApp.ts';
import { literal } from '../core/values.ts';

/** The Dockerfile's place in the context. Beside it lies the .dockerignore that goes before the app's own. */
export const genericDockerfile = '.pipeline/Dockerfile';

/**
 * The build context of this repository's own Dockerfile: the app, and what the Dockerfile needs besides in `.pipeline/`.
 * @param directory the app
 * @param repository path of this repository on the host
 * @param own what the app's .dockerignore says of this image
 */
export function buildContext(
  dag: Client,
  directory: Directory,
  app: App,
  repository: string,
  own = app.dockerignore,
): Directory {
  const host = dag.host();
  const { files } = app.dependencies;
  // Without a pattern the filter lets everything pass.
  const dependencies = files.length > 0 ? directory.filter({ include: files.map(literal) }) : dag.directory();
  return directory
    .withDirectory('.pipeline/deps', dependencies)
    .withDirectory(
      '.pipeline/django',
      host.directory(join(repository, 'ci/django'), { exclude: ['**/__pycache__', 'tests'] }),
    )
    .withFile(genericDockerfile, host.file(join(repository, 'Dockerfile')))
    .withNewFile(
      `${genericDockerfile}.dockerignore`,
      dockerignore(readFileSync(join(repository, '.dockerignore'), 'utf8'), own),
    );
}

/**
 * What an app's .dockerignore says of an image for its tests: many leave out these, and what configures them. What it allows again, a
 * test may need, too.
 */
export function forTests(own: string | null): string | null {
  const allowed = own?.split('\n').filter((line) => line.startsWith('!')) ?? [];
  return allowed.length > 0 ? allowed.join('\n') : null;
}

/**
 * Ours keeps a developer's secrets and data out of every image; the app's own comes behind it, and may allow again what it
 * needs. Neither may hide what the Dockerfile needs.
 */
export function dockerignore(ours: string, own: string | null): string {
  return [ours.trimEnd(), ...(own ? [own.trimEnd()] : []), '!.pipeline', '!.pipeline/**', ''].join('\n');
}
