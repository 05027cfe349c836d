import type { Database } from '../../image/parseSettings.ts';
import { askSettings } from '../../image/settings.ts';
import { type Ran, says } from './remedy.ts';

/**
 * The database that tests found no server of.
 * @param noServer what its client says then
 * @param engine the end of its engine's name, which others wrap, as django_prometheus.db.backends.postgresql does
 * @returns null where it is not that which they lack
 */
export async function testDatabase(ran: Ran, noServer: RegExp, engine: RegExp): Promise<Database | null> {
  const { app, image } = ran;
  if (!says(ran, noServer) || app.settingsModule === null) return null;
  const settings = await askSettings(image, { APP_SETTINGS_MODULE: app.settingsModule });
  const database = 'problem' in settings ? null : settings.database;
  return database && engine.test(database.engine) ? database : null;
}
