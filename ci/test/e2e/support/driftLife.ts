import * as assert from 'uvu/assert';
import { helm } from '../../../helm/helm.ts';
import { history } from '../../../helm/history.ts';
import { type DriftReport, drift } from '../../../release/drift/drift.ts';
import { assertRunsAsMeant, type Runs } from '../../../release/state/runsImage.ts';
import { type App, appOfExample } from './apps.ts';
import { type Delivered, deliver } from './deliver.ts';
import { namespace } from './namespace.ts';
import type { Place } from './place.ts';
import { sharedOutside } from './sharedOutside.ts';

export const nothing: DriftReport = { drift: [], notChecked: [] };

/** A release in its second revision, with another image than in its first. */
export interface Life {
  all: Place;
  repository: string;
  app: App;
  name: string;
  ctx: Delivered['ctx'];
  /** Digests of the first and the second image. */
  first: string;
  second: string;
  /** What was found right after each of the two deliveries. */
  found: { drift: DriftReport; runs: Runs }[];
}

let life: Promise<Life> | undefined;

export async function begin(): Promise<Life> {
  const all = await sharedOutside();
  const repository = `${all.registry.repositoryPrefix}/todo`;
  const app = appOfExample();
  const name = await namespace(all, 'drift');
  const found: Life['found'] = [];
  const digests: string[] = [];
  let ctx: Life['ctx'] | undefined;
  for (const heading of ['To do', 'To do, upgraded']) {
    app.change('tasks/templates/tasks/list.html', '<h1>To do</h1>', `<h1>${heading}</h1>`);
    app.commit(heading);
    const {
      exitCode,
      report,
      ctx: its,
    } = await deliver(all, [...['--source', app.folder, '--name', 'todo', '--namespace', name]]);
    assert.is(exitCode, 0, report.failure?.message);
    const digest = report.image?.digest ?? '';
    found.push({
      drift: await drift(its, report.revision?.after ?? 0),
      runs: await assertRunsAsMeant(its, { repository, digest }),
    });
    digests.push(digest);
    ctx = its;
  }
  const [first = '', second = ''] = digests;
  return { all, repository, app, name, ctx: ctx as Life['ctx'], first, second, found };
}

export function living(): Promise<Life> {
  life ??= begin();
  return life;
}

/** Goes back to a revision with the flags that let nobody's edit stand in the way. */
export async function restore({ ctx, name }: Life, revision: number): Promise<number> {
  const forced = ['--server-side=true', '--force-conflicts', '--wait', '--timeout', '120s'];
  const { exitCode, lines } = await helm(ctx, ['rollback', 'todo', `${revision}`, '--namespace', name, ...forced]);
  assert.is(exitCode, 0, lines.join('\n'));
  return (await history(ctx)).at(-1)?.revision ?? 0;
}

export const web = 'spec.template.spec.containers[web]';
export const lines = ({ drift: found }: DriftReport) =>
  found.map(({ object, path, meant, live, by = 'nobody' }) =>
    [object, path, meant, live, by.split(' ')[0]].join(' | '),
  );
