import { askSettings } from '../../image/settings.ts';
import { withVariables } from '../../image/withVariables.ts';
import type { Remedy } from './remedy.ts';

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
