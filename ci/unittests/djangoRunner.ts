import type { Directory } from '@dagger.io/dagger';
import type { Step } from '../core/context.ts';

/**
 * Makes the test runner of ci/django importable in an image that is not ours.
 * @param code ci/django
 */
export function djangoRunner(code: Directory): Step {
  const path = '/opt/pipeline-django';
  return (ctr) =>
    ctr.withMountedDirectory(path, code).withEnvVariable('PYTHONPATH', `\${PYTHONPATH}:${path}`, { expand: true });
}
