import type { Service } from '@dagger.io/dagger';
import type { Step } from '../context.ts';
import { askSettings } from '../image/askSettings.ts';
import type { Database } from '../image/parseSettings.ts';
import { postgres } from './postgres.ts';
import { type Remedy, says } from './remedy.ts';
import { forward } from './runTests.ts';

/** What psycopg says, of versions 2 and 3, where there is no server, or no host of that name. */
const noServer =
  /could not connect to server|connection to server|could not translate host name|failed to resolve host/;

/** By default, and as the superuser of Debian and of the public image is called. */
const usual = { port: '5432', user: 'postgres' };

/** Where tests find no PostgreSQL at the place that their settings name, there is an empty one. */
export const databaseServer: Remedy = async (ran) => {
  const { app, image, dag, images, provide, runId } = ran;
  if (!says(ran, noServer) || app.settingsModule === null) return null;
  const settings = await askSettings(image, { APP_SETTINGS_MODULE: app.settingsModule });
  const database = 'problem' in settings ? null : settings.database;
  if (!database || !isPostgres(database)) return null;
  const port = database.port || usual.port;
  const user = database.user || usual.user;
  await provide(images.postgres);
  const step = at(database.host, port, postgres(dag, images.postgres, { user, port: Number(port), nonce: runId }));
  const place = database.host === '' ? '' : ` at ${database.host}`;
  return step && { step, note: `the tests had an empty PostgreSQL${place} that lived as long as they` };
};

/** The engine, and what wraps it, such as django_prometheus.db.backends.postgresql. */
function isPostgres({ engine }: Database): boolean {
  return /(^|\.)postgresql(_psycopg2)?$/.test(engine);
}

/** Brings a service to the place where settings look for it; null where that cannot be done. */
function at(host: string, port: string, service: Service): Step | null {
  const name = 'postgres';
  // Without a host, the variables of PostgreSQL's own library count.
  if (host === '')
    return (ctr) =>
      ctr.withServiceBinding(name, service).withEnvVariable('PGHOST', name).withEnvVariable('PGUSER', usual.user);
  if (host === 'localhost' || host === '127.0.0.1')
    return (ctr) => ctr.withServiceBinding(name, service).with(forward(port, name));
  return /^[a-z0-9-]+$/i.test(host) ? (ctr) => ctr.withServiceBinding(host, service) : null;
}
