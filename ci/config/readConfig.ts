import type { Command, Config, Environment } from '../core/config.ts';
import { PipelineError } from '../core/errors.ts';
import { checkCluster } from './check/cluster.ts';
import { checkImage } from './check/image.ts';
import { checkDelivery, checkRelease } from './check/release.ts';
import { checkRun } from './check/run.ts';
import { checkSource } from './check/source.ts';
import type { Validation } from './check/validation.ts';
import type { Facts } from './facts.ts';
import { fromEnvironment } from './from/environment.ts';
import { fromFile } from './from/file.ts';
import { fromFlags } from './from/flags.ts';
import type { Layer, Problem } from './settings.ts';

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
  const validation: Validation = {
    settings: Object.assign({}, ...layers.map((layer) => layer.settings)),
    problems: layers.flatMap((layer) => layer.problems),
    facts,
    env,
  };
  const source = checkSource(validation);
  const config = {
    ...source,
    ...checkImage(validation),
    ...checkCluster(validation, source.name),
    ...checkRelease(validation),
    ...checkRun(validation),
  };
  checkDelivery(validation, command, config.trigger);
  if (validation.problems.length > 0) throw refusal(validation.problems);
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
