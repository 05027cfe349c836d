/** The package's entry for programs: `import { pipeline } from 'django-delivery-pipeline'`. */
import { realFacts } from '../config/facts.ts';
import { fromEnvironment } from '../config/from/environment.ts';
import { fromFile, settingsFile } from '../config/from/file.ts';
import { checkedConfig } from '../config/readConfig.ts';
import type { Report } from '../core/report.ts';
import { deliver } from './deliver.ts';
import { fromSettings } from './fromSettings.ts';
import type { Options, Settings } from './settings.ts';

export type { ErrorCode } from '../core/errors.ts';
export { exitCodes, PipelineError } from '../core/errors.ts';
export type { Output, Reference, Time } from './settings.ts';

export type { Options, Report, Settings };

/**
 * Delivers an application, as the command line does: to a release that is live and tested, or back to the one before. The
 * settings stand where flags would: they win over PIPELINE_* variables, and those over pipeline.yaml in the working directory.
 * The work is done by a process of its own, so nothing of it stays in this one.
 * @returns the report, whatever came of the delivery: `exitCode` is 0 when the release is live and tested, `failure` says what else
 * @throws PipelineError naming every setting that is wrong; nothing was started then
 */
export async function pipeline(settings: Settings = {}, options: Options = {}): Promise<Report> {
  const env = options.env ?? process.env;
  const facts = realFacts(env);
  const layers = [fromFile(settingsFile(facts)), fromEnvironment(env), fromSettings(settings)];
  return deliver(checkedConfig(layers, env, facts), { ...options, env });
}
