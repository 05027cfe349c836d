import type { Container } from '@dagger.io/dagger';
import type { Context } from '../core/context.ts';
import { evaluate } from '../dagger/engineFailure.ts';
import { appContainers, runtimeImage } from '../image/appContainers.ts';
import { type AppSettings, askSettings, type Database } from '../image/settings.ts';
import type { Source } from '../source/loadSource.ts';

/** The image to be deployed. */
export interface Built {
  runtime: Container;
  /** What was changed in the app's settings to make them fit for a cluster: `SETTING: why`. */
  overrides: string[];
}

type BuildContext = Pick<Context, 'dag' | 'images' | 'log' | 'report'>;

/** Stand-ins for what the chart sets. The key protects nothing: it is only compared with the app's own. */
const chartEnvironment = {
  DJANGO_SECRET_KEY: 'a-stand-in-for-the-key-of-the-cluster',
  SECRET_KEY: 'a-stand-in-for-the-key-of-the-cluster',
  DJANGO_ALLOWED_HOSTS: 'localhost',
  DJANGO_SQLITE_PATH: '/data/db.sqlite3',
  DJANGO_MEDIA_ROOT: '/data/media',
};

const noSettings: AppSettings = { overrides: [], variables: {}, database: null };

/**
 * Builds the app's image with its own Dockerfile, else with this repository's.
 * @throws BUILD with the last lines of what the failing command printed
 */
export async function build(ctx: BuildContext, source: Source): Promise<Built> {
  const containers = appContainers(ctx, source);
  const image = await evaluate(runtimeImage(containers), 'the image');
  const { overrides, variables, database } = source.app.dockerfile ? noSettings : await settingsIn(image, ctx);
  ctx.report.notes.push(...overrides.map((override) => `setting ${override}`));
  const needed = Object.keys(variables);
  if (needed.length > 0)
    ctx.report.notes.push(
      `without ${needed.join(', ')} the settings do not load: env or envFrom of the chart sets them; the image was made with stand-ins`,
    );
  if (database && isOnThisMachine(database))
    ctx.report.notes.push(
      `the database is sought on ${database.host || 'a socket'}, where a pod has none: env or envFrom of the chart names another, many settings by DATABASE_URL; sqlite:////data/db.sqlite3 lies on the release's volume`,
    );
  return { runtime: image, overrides };
}

/** Whether a database server is sought where the application itself runs. SQLite's host does not matter. */
function isOnThisMachine({ engine, host }: Database): boolean {
  return (
    /(postgresql|postgresql_psycopg2|postgis|mysql)$/.test(engine) && /^(|\/.*|localhost|127\.0\.0\.1|::1)$/.test(host)
  );
}

/** What the overlay makes of the app's settings, asked in the environment that the chart gives it. */
async function settingsIn(image: Container, { log, report }: BuildContext): Promise<AppSettings> {
  const settings = await askSettings(image, chartEnvironment);
  if (!('problem' in settings)) return settings;
  // Settings may need what only the cluster has: whether they load there is for the deployment to find out.
  log.warn(settings.problem);
  report.notes.push(settings.problem);
  return noSettings;
}
