import { type Container, ReturnType } from '@dagger.io/dagger';
import type { App } from '../../app/detectApp.ts';
import { askSettings, type Database } from '../../image/settings.ts';
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

const script = 'from django.db import connection; connection.ensure_connection()';

/** Seconds. A server that is there answers at once. */
const limit = '20';

/**
 * Connects to the database of an app's settings, before its tests do: without it a large suite fails test by test, until its time is over.
 * @param nonce different in every run, since a server may be there or not
 * @returns what was said where that failed, for whatever reason; null where it did not, or the app has no driver of a server
 */
export async function tryDatabase(
  image: Container,
  { databaseServer, settingsModule }: Pick<App, 'databaseServer' | 'settingsModule'>,
  nonce: string,
): Promise<Pick<Ran, 'cases' | 'output'> | null> {
  if (!databaseServer || settingsModule === null) return null;
  const tried = image
    .withEnvVariable('DJANGO_SETTINGS_MODULE', settingsModule)
    .withEnvVariable('PIPELINE_RUN_ID', nonce)
    .withExec(['timeout', limit, 'python', '-c', script], { expect: ReturnType.Any });
  return (await tried.exitCode()) === 0 ? null : { cases: [], output: await tried.stderr() };
}
