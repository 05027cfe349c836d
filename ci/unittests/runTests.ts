import type { Directory } from '@dagger.io/dagger';
import { junitDir, type TestPlan } from '../app/planTests.ts';
import type { Step } from '../core/context.ts';

/** Where the command's exit code is written, among the JUnit files. */
export const exitCodeFile = `${junitDir}/exit-code`;

/**
 * The engine fails an exec whose exit code is that of a signal, and of a failed exec it hands out no files. So the
 * command's own exit code goes into a file, and the exec always succeeds.
 * A folder that is not there means that the image's working directory is it already.
 */
const script = `if [ -d "$1" ]; then cd "$1"; fi
limit=$2
shift 2
env | sed -n 's/^PIPELINE_FORWARD_\\([0-9]*\\)=/\\1 /p' | while read -r port host socket; do
  python -m pipeline_django.forward "$port" "$host" $socket
done
timeout -k 10 "$limit" "$@"
echo $? > "$JUNIT_DIR/exit-code"`;

export interface RunTestsOptions {
  plan: TestPlan;
  /** The folder to run in, seen from the image's working directory. */
  dir: string;
  /** Seconds. */
  limit: number;
  /**
   * Different in every run. The engine remembers what an exec left behind, whatever the exit code: without a nonce a test that
   * failed by accident would fail for ever, and one that passed by accident would never be asked again.
   */
  nonce: string;
  /** An empty directory. */
  reports: Directory;
}

/**
 * Lets a port of the tests' own machine lead to that of another host. In this repository's image only.
 * @param socket path of a Unix socket that leads there, too
 */
export function forward(port: number, host: string, socket = ''): Step {
  return (ctr) => ctr.withEnvVariable(`PIPELINE_FORWARD_${port}`, `${host} ${socket}`.trimEnd());
}

/** Runs the unit tests; afterwards JUnit and exit code are in `junitDir`. */
export function runTests({ plan, dir, limit, nonce, reports }: RunTestsOptions): Step {
  return (ctr) =>
    ctr
      // The image's user need not be root.
      .withDirectory('/', reports.withNewDirectory(junitDir, { permissions: 0o777 }))
      .withEnvVariable('JUNIT_DIR', junitDir)
      .withEnvVariable('PIPELINE_RUN_ID', nonce)
      .withExec(['sh', '-c', script, 'sh', dir, String(limit), ...plan.command]);
}

/**
 * Makes the test runner of ci/django importable in an image that is not ours.
 * @param code ci/django
 */
export function djangoRunner(code: Directory): Step {
  const path = '/opt/pipeline-django';
  return (ctr) =>
    ctr.withMountedDirectory(path, code).withEnvVariable('PYTHONPATH', `\${PYTHONPATH}:${path}`, { expand: true });
}
