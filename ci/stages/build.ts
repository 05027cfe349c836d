import { type Container, ReturnType } from '@dagger.io/dagger';
import type { Context } from '../context.ts';
import { appContainers } from '../image/appContainers.ts';
import { evaluate } from '../image/evaluate.ts';
import { parseOverrides } from '../image/parseOverrides.ts';
import { runtimeImage } from '../image/runtimeImage.ts';
import type { Source } from '../source/loadSource.ts';

/** The image to be deployed. */
export interface Built {
  runtime: Container;
  /** Whether the app's own Dockerfile made it. */
  ownDockerfile: boolean;
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

/**
 * Builds the app's image with its own Dockerfile, else with this repository's.
 * @throws BUILD with the last lines of what the failing command printed
 */
export async function build(ctx: BuildContext, source: Source): Promise<Built> {
  const containers = appContainers(ctx, source);
  const image = await evaluate(runtimeImage(containers), 'the image');
  const ownDockerfile = source.app.dockerfile !== null;
  const overrides = ownDockerfile ? [] : await overridesIn(image, ctx);
  if (containers.note) ctx.report.notes.push(containers.note);
  ctx.report.notes.push(...overrides.map((override) => `setting ${override}`));
  return { runtime: image, ownDockerfile, overrides };
}

/** What the overlay changes, asked in the environment that the chart gives it. */
async function overridesIn(image: Container, { log, report }: BuildContext): Promise<string[]> {
  const asked = Object.entries(chartEnvironment)
    .reduce((ctr, [name, value]) => ctr.withEnvVariable(name, value), image)
    .withExec(['python', '-m', 'pipeline_django'], { expect: ReturnType.Any });
  if ((await asked.exitCode()) === 0) return parseOverrides(await asked.stdout());
  // Settings may need variables that only the cluster has: whether they load there is for the deployment to find out.
  const [reason = ''] = (await asked.stderr()).trim().split('\n').slice(-1);
  log.warn(reason);
  report.notes.push(reason);
  return [];
}
