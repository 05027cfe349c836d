import { PipelineError } from '../core/errors.ts';
import type { Images } from '../core/images.ts';
import { checkCluster } from './check/cluster.ts';
import { checkImage } from './check/image.ts';
import { checkRelease } from './check/release.ts';
import { checkRun } from './check/run.ts';
import { checkSource } from './check/source.ts';
import type { Desk } from './check/validation.ts';
import { checkDelivery } from './checkDelivery.ts';
import type { Facts } from './facts.ts';
import { type Environment, fromEnvironment } from './from/environment.ts';
import { fromFile } from './from/file.ts';
import { type Command, fromFlags } from './from/flags.ts';
import type { Layer, Problem } from './settings.ts';
import type { Trigger } from './triggers.ts';

/** What a run is to do and where. Paths are absolute. */
export interface Config {
  /** A folder or a git URL. The URL may hold credentials: print it through `redact`. */
  source: string;
  /** Branch, tag or commit; only with a git URL. */
  ref?: string;
  /** The application, and by default its release and namespace. */
  name: string;
  /** Path inside the source. */
  dockerfile?: string;
  /** The Django settings that are deployed, as a dotted name; of no meaning where the source's own Dockerfile is used. */
  settingsModule?: string;
  /** Run with `sh -c` instead of the detected one. */
  testCommand?: string;
  /** The image is `<registry>/<name>`. Absent: the embedded registry. */
  registry?: string;
  /** Plain, or a reference. */
  registryUsername?: string;
  /** A reference: `env://NAME` or `file:///absolute/path`. */
  registryPassword?: string;
  /** Absent: the embedded cluster. KUBECONFIG of the environment is never used by surprise. */
  kubeconfig?: string;
  context?: string;
  namespace: string;
  release: string;
  /** A folder with a Chart.yaml. */
  chart: string;
  /** Values files, in Helm's order: the last one wins. */
  values: string[];
  /** `key=value`, as Helm's --set. */
  set: string[];
  /** Seconds. */
  deployTimeout: number;
  /** Seconds to wait for another run that holds the release. */
  lockTimeout: number;
  /** Why a release that has failed before is tried once more. */
  retry?: string;
  /** The number in the ledger to roll back to. */
  to?: number;
  /** Seconds, for the unit tests. */
  testTimeout: number;
  /** Images to use instead of the usual ones. */
  images: Partial<Images>;
  /** Whether errors in chart, values and Dockerfile stop the run, or are only told. */
  lint: 'strict' | 'report';
  /** What started the run. */
  trigger: Trigger;
  /** Folder of the reports. */
  reports: string;
  /** BUILD_NUMBER, GITHUB_RUN_NUMBER or `local`. */
  buildNumber: string;
  /** A reference to the URL. */
  slackWebhook?: string;
}

/**
 * Gathers the settings (flags over PIPELINE_* over pipeline.yaml over defaults) and checks them all, before anything is started.
 * @param argv the arguments behind the program's name
 * @param fileText the text of pipeline.yaml, undefined when there is none
 * @throws PipelineError naming every problem at once: a user who fixes one at a time runs the program as often
 */
export function readConfig(
  argv: readonly string[],
  env: Environment,
  fileText: string | undefined,
  facts: Facts,
): Config {
  const flags = fromFlags(argv);
  return checkedConfig([fromFile(fileText), fromEnvironment(env), flags], env, facts, flags.command);
}

/**
 * Checks settings from wherever they come.
 * @param layers what each place says; the later one wins
 * @param command what they are for
 * @throws PipelineError naming every problem at once
 */
export function checkedConfig(
  layers: readonly Layer[],
  env: Environment,
  facts: Facts,
  command: Command = 'run',
): Config {
  const desk: Desk = {
    settings: Object.assign({}, ...layers.map((layer) => layer.settings)),
    problems: layers.flatMap((layer) => layer.problems),
    facts,
    env,
  };
  const source = checkSource(desk);
  const config = {
    ...source,
    ...checkImage(desk),
    ...checkCluster(desk, source.name),
    ...checkRelease(desk),
    ...checkRun(desk),
  };
  checkDelivery(desk, command, config.trigger);
  if (desk.problems.length > 0) throw refusal(desk.problems);
  return config;
}

/** A single problem keeps its own code, and with it its own advice. */
function refusal(problems: readonly Problem[]): PipelineError {
  const [first, ...others] = problems;
  if (first && others.length === 0) return new PipelineError(first.code, first.text);
  return new PipelineError('CONFIG', `${problems.length} settings are wrong`, {
    details: problems.map(({ text }) => text),
  });
}
