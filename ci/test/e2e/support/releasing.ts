import type { PublishedImage } from '../../../core/context.ts';
import { loadChart } from '../../../helm/chart.ts';
import { release } from '../../../pipeline.ts';
import { build } from '../../../stages/build.ts';
import { publish } from '../../../stages/publish.ts';
import { type Delivery, source } from '../../../stages/source.ts';
import { type App, appOfExample } from './apps.ts';
import { type Delivered, deliver } from './deliver.ts';
import { namespace } from './namespace.ts';
import type { Place } from './place.ts';

/** Of the chart's tests only the one for the page: enough where it matters that there are tests, and not which. */
export const oneTest: readonly string[] = [
  '--set',
  'tests.database=false,tests.static=false,tests.migrations=false,tests.ahead=false,tests.schema=false',
];

/** An app whose image is built once and released as often as a test likes. */
export interface Releasing {
  app: App;
  namespace: string;
  image: PublishedImage;
  /** From the deployment on: what comes before is no matter of these tests. */
  release(more?: readonly string[], image?: Partial<PublishedImage>): Promise<Delivered>;
}

/** Prepares an app in a namespace of its own. Nothing is released yet. */
export async function releasing(all: Place, purpose: string, app: App = appOfExample()): Promise<Releasing> {
  const name = await namespace(all, purpose);
  const flags = ['--source', app.folder, '--name', 'todo', '--namespace', name];
  let ready: { from: Delivery; image: PublishedImage } | undefined;
  const { exitCode, report } = await deliver(all, flags, async (ctx, prepared) => {
    const from = await source(ctx, prepared);
    ready = { from, image: await publish(ctx, from, await build(ctx, from)) };
  });
  if (!ready) throw new Error(`no image, exit code ${exitCode}: ${report.failure?.message}`);
  const { from, image } = ready;
  return {
    app,
    namespace: name,
    image,
    release: (more = [], other = {}) =>
      deliver(all, [...flags, ...more], async (ctx) => {
        const delivery = { ...from, chart: await loadChart(ctx) };
        await release(ctx, delivery, { ...image, ...other }, (work) => work(() => {}));
      }),
  };
}
