import { asInvoked } from './program.ts';

/**
 * Every failure the pipeline foresees: what happened, what to do about it, and the exit code it ends with.
 * Whoever throws names the code and fills in the details; nobody else writes an exit code.
 */

/** Exit codes of the program; 130 and 143 (interrupted) are 128 plus the signal's number. */
export const exitCodes = {
  ok: 0,
  failedBeforeDeploy: 10,
  restored: 11,
  restoredUnverified: 12,
  notRestored: 13,
  firstRemoved: 14,
  locked: 20,
  refused: 30,
  usage: 64,
  unavailable: 69,
  internal: 70,
} as const;

type Entry = { exitCode: number; fix: string };

const usage = (fix: string): Entry => ({ exitCode: exitCodes.usage, fix });
const unavailable = (fix: string): Entry => ({ exitCode: exitCodes.unavailable, fix });
const beforeDeploy = (fix: string): Entry => ({ exitCode: exitCodes.failedBeforeDeploy, fix });
const notRestored = (fix: string): Entry => ({ exitCode: exitCodes.notRestored, fix });

/** The catalogue. The message says what happened and where; `fix` says what to do, whatever the details. */
export const catalogue = {
  CONFIG: usage('Correct the settings above; `npm run ci -- --help` lists them all.'),
  NODE: usage('Install a newer Node, or install the package with its optional dependencies, which hold one for Linux.'),
  SOURCE_MISSING: usage('Give --source a folder or a git URL that holds a Python project.'),
  SOURCE_NOT_PYTHON: usage('Point --source at the folder that holds manage.py, pyproject.toml or requirements.txt.'),
  SOURCE_LAYOUT: usage('Correct the source as said above, or point --source at the folder of one Django application.'),
  SOURCE_REF: usage('Give --ref a branch, tag or commit that exists in the repository.'),
  SOURCE_UNREACHABLE: unavailable(
    'Check the URL, the network and the git credentials of this user: `git ls-remote URL` must answer.',
  ),
  CHART: usage(
    'Give --chart a folder with a Chart.yaml, and with a Chart.lock that goes with it, if any: `helm dependency update` there makes one.',
  ),
  KUBECONFIG: usage('Give --kubeconfig a readable kubeconfig, and --context one of its contexts.'),
  ENGINE: unavailable(
    'Start a container runtime or give an engine by _EXPERIMENTAL_DAGGER_RUNNER_HOST; without either, or without a way to its image, `npm run toolchain -- up` builds one.',
  ),
  ENGINE_LOST: unavailable(
    'Deliver again: the next run finishes or undoes what this one began. Why the engine went, its own log says, or that of its host.',
  ),
  TOOLCHAIN: unavailable('Run `npm run toolchain -- up` to see the step fail on its own; its log is named above.'),
  HOST_PACKAGES: unavailable('Install the packages with the command above, then run again.'),
  REGISTRY: unavailable('Check --registry and its credentials; `docker login` with the same values must work.'),
  CLUSTER: unavailable('Check --kubeconfig and --context; `kubectl get nodes` with the same values must answer.'),
  EMBEDDED: unavailable(
    'Where an image cannot be pulled, name another by --images, or build engine and images by `npm run toolchain -- up`; or give --registry and --kubeconfig.',
  ),
  IMAGE: unavailable(
    'Check the name, the network, and that this user may pull from its registry; --images names another.',
  ),
  CHART_DEPENDENCIES: unavailable(
    'Check that the engine reaches the repositories that Chart.yaml names, without a password; or run `helm dependency build` and deliver the chart with its charts/.',
  ),
  FORBIDDEN: unavailable(
    'Let an administrator apply k8s/ to the namespace, which grants what a release needs, or add the right to its Role; k8s/README.md says how.',
  ),
  LINT: beforeDeploy(
    'Correct the lines above; `npm run ci -- lint` checks them alone, and `--lint report` lets them pass.',
  ),
  LINT_FAILED: beforeDeploy(
    'Check that the images of --images and the Python registry can be reached; the engine says why above.',
  ),
  TESTS: beforeDeploy('Run the same command on a laptop: the failing tests are listed above and in the JUnit report.'),
  BUILD: beforeDeploy(
    "Mend what the last lines of the build name, above; `--dockerfile` picks another Dockerfile, `--dockerfile ours` the pipeline's.",
  ),
  PUBLISH: beforeDeploy('Check that the registry accepts a push from these credentials.'),
  REHEARSAL: beforeDeploy(
    'Mend what is shown above and push again. Where nothing was found and the cluster gives no way to rehearse, make one as docs/releases.md says, or give --rehearsal try.',
  ),
  RENDER: beforeDeploy(
    'Correct the chart, --values or --set; `helm template` with the same values shows the same error.',
  ),
  DEPLOY: notRestored(
    'Mend what the pods and hooks above fail of, and push again; their whole logs are in evidence/, in the folder of the reports.',
  ),
  VERIFY: notRestored(
    'Mend what the failing tests above name, and push again; their whole logs are in evidence/, in the folder of the reports.',
  ),
  SCHEMA: notRestored(
    'Deploy code whose models fit the database, or make the database fit: give the missing columns back, by a migration or from a copy of the data.',
  ),
  AHEAD: notRestored(
    'Deploy code that has these migrations, or undo them with it (manage.py migrate APP NAME). Where they are gone on purpose: manage.py migrate --prune, or the value tests.ahead=false.',
  ),
  NOT_TRIED: notRestored(
    'Nothing is held against the release. Make room, or mend the way to the registry, as said above; then deliver the same again.',
  ),
  NOT_AS_MEANT: notRestored(
    'Look with `kubectl get pods,replicasets` for what keeps the rollout, or changes the release besides this pipeline; end that, and deliver again with --retry "the reason".',
  ),
  RESTORED: {
    exitCode: exitCodes.restored,
    fix: 'The previous release serves. Mend what is shown above and push again.',
  },
  RESTORED_UNVERIFIED: {
    exitCode: exitCodes.restoredUnverified,
    fix: 'The previous release serves, and nothing proves that it works. Give its chart tests for `helm test`; where the database is ahead of it, deploy code that goes with the database.',
  },
  FIRST_REMOVED: {
    exitCode: exitCodes.firstRemoved,
    fix: 'Mend what is shown above and deliver again. Data is kept: claims, and the secret key.',
  },
  NOT_RESTORED: notRestored(
    'A person is needed. Look with `helm history` and `kubectl get pods` how the release stands, mend what is shown above, and deliver again, or go back further with `npm run ci -- rollback --to NUMBER`.',
  ),
  UNHEALTHY: notRestored(
    'A person is needed. Deploy again with --retry "the reason", which puts back what was changed by hand and tests what was added, or go back with `npm run ci -- rollback`; `npm run ci -- health` looks again.',
  ),
  LOCKED: {
    exitCode: exitCodes.locked,
    fix: 'Run again when the other one has ended, or wait longer with --lock-timeout.',
  },
  SUPERSEDED: {
    exitCode: exitCodes.locked,
    fix: 'Nothing: the newer run delivers its own commit, which comes after this one. Start this one by hand where it is wanted all the same.',
  },
  LEASE_LOST: {
    exitCode: exitCodes.locked,
    fix: 'Nothing: the run that has taken over finishes or undoes what this one began, and `npm run ci -- history` shows the outcome. If somebody deleted the Lease, deliver again.',
  },
  QUARANTINED: {
    exitCode: exitCodes.refused,
    fix: 'Push a change. If the cause lay elsewhere and is gone, try the same once more with --retry "the reason".',
  },
  LEDGER: unavailable(
    'Use the version of the pipeline that wrote it, or delete the ConfigMap: what is live then counts as never tested.',
  ),
  RUN_REPORT: usage(
    'Give two report.json files, or the folders that hold them: `npm run ci -- explain reports/ ../other/reports/`.',
  ),
  NO_SUCH_RELEASE: usage('Choose one that `npm run ci -- history` shows as verified or unverified.'),
  HELM_PENDING: {
    exitCode: exitCodes.locked,
    fix: 'Wait for the other deployment to end. If none is running, `helm rollback` frees the release.',
  },
  LOST: {
    exitCode: exitCodes.internal,
    fix: 'Deliver again: the next run finishes or undoes what this one began. A machine out of memory ends processes this way.',
  },
  INTERNAL: {
    exitCode: exitCodes.internal,
    fix: 'Report this bug of the pipeline with the lines above.',
  },
} satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof catalogue;

/** A failure with a code of the catalogue. `details` are lines of evidence shown below the message. */
export class PipelineError extends Error {
  readonly code: ErrorCode;
  readonly details: readonly string[];

  /**
   * @param code an entry of the catalogue
   * @param message what happened and where, in one sentence without a full stop
   * @param options details: lines of evidence; cause: the error underneath
   */
  constructor(code: ErrorCode, message: string, options: { details?: readonly string[]; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'PipelineError';
    this.code = code;
    this.details = options.details ?? [];
  }

  get exitCode(): number {
    return catalogue[this.code].exitCode;
  }

  get fix(): string {
    return asInvoked(catalogue[this.code].fix);
  }
}
