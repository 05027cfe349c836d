import { ReturnType } from '@dagger.io/dagger';
import { askSettings, withVariables } from '../../image/settings.ts';
import { type Ran, type Remedy, says } from './remedy.ts';

/** Where not one test ran since the settings lack environment variables, each of these has a stand-in. */
export const missingVariables: Remedy = async ({ image, app, cases }) => {
  if (cases.length > 0 || app.settingsModule === null) return null;
  const settings = await askSettings(image, { APP_SETTINGS_MODULE: app.settingsModule });
  const missing = 'problem' in settings ? {} : settings.variables;
  const names = Object.keys(missing);
  if (names.length === 0) return null;
  return {
    step: withVariables(missing),
    note: `the tests had stand-ins for variables that are not set: ${names.join(', ')}`,
  };
};

/** What Django says of a page whose static files have names that only `collectstatic` knows (ManifestStaticFilesStorage). */
const noManifest = /Missing staticfiles manifest entry/;

/** What WhiteNoise warns of, where warnings count as errors. Elsewhere it is no reason to fail. */
const noFolder = /^(failed on setup with ")?UserWarning: No directory at: /;

/** Where tests lack the static files or their manifest, these are collected, as whoever develops the app once did. */
export const staticFiles: Remedy = async (ran) => {
  if (!lacksThem(ran)) return null;
  const collected = ran.image.withExec(['python', 'manage.py', 'collectstatic', '--noinput'], {
    expect: ReturnType.Any,
  });
  if ((await collected.exitCode()) !== 0) return null;
  return { step: () => collected, note: 'the tests had static files that were collected before' };
};

function lacksThem(ran: Ran): boolean {
  return says(ran, noManifest) !== null || ran.cases.some(({ message }) => noFolder.test(message ?? ''));
}
