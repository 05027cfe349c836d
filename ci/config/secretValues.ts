import type { Config, Environment } from '../core/config.ts';
import { resolveSecret } from '../core/secrets.ts';
import { gitUrl } from '../git/url.ts';

/** Every secret the settings lead to, for masking what is printed. Those that cannot be read are left out. */
export function secretValues(config: Config, env: Environment = process.env): string[] {
  const references = [config.registryPassword, config.slackWebhook, config.registryUsername];
  const values = references.map((reference) => (reference === undefined ? undefined : resolveSecret(reference, env)));
  return [...values, gitUrl(config.source)?.password].filter((value) => value !== undefined);
}
