import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import type { Rehearsal } from '../../core/report.ts';
import { history } from '../../helm/history.ts';
import { pipeline } from '../../pipeline.ts';
import { removeLeftovers } from '../../rehearsal/leftovers.ts';
import { holderAnnotation } from '../../rehearsal/rehearse.ts';
import { rehearsalLabel } from '../../rehearsal/runPod.ts';
import { currentHolder, hasEnded } from '../../release/lock/holder.ts';
import { verdict } from '../../report/render/verdict.ts';
import { describe } from '../harness.ts';
import { type App, appOfExample } from './support/apps.ts';
import { leanChart } from './support/charts.ts';
import { type Delivered, deliver } from './support/deliver.ts';
import { namespace } from './support/namespace.ts';
import { found, onlyRehearsed, type Work } from './support/rehearsing.ts';
import { sharedOutside } from './support/sharedOutside.ts';
import { visit } from './support/visit.ts';

interface Life {
  app: App;
  first: Delivered;
  again: (work?: Work, ...more: string[]) => Promise<Delivered>;
}

let life: Promise<Life> | undefined;

async function begin(): Promise<Life> {
  const all = await sharedOutside();
  const app = appOfExample();
  const name = await namespace(all, 'rehearsal');
  const flags = [
    ...['--source', app.folder, '--name', 'todo', '--namespace', name, '--chart', leanChart().folder],
    ...['--test-command', 'true', '--rehearsal', 'require'],
  ];
  const first = await deliver(all, flags);
  const task = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"title": "kept"}' };
  await visit(first.ctx, '/api/tasks/', task);
  return { app, first, again: (work, ...more) => deliver(all, [...flags, ...more], work) };
}

function living(): Promise<Life> {
  life ??= begin();
  return life;
}

/** All that a rehearsal must leave as it was. */
async function standing({ ctx }: Delivered) {
  const { kube, namespace: name } = ctx.place;
  const core = kube.makeApiClient(CoreV1Api);
  const { items } = await core.listNamespacedPod({ namespace: name });
  const secrets = await core.listNamespacedSecret({ namespace: name });
  return {
    pods: items
      .filter(({ metadata }) => metadata?.labels?.['app.kubernetes.io/component'] !== 'test')
      .map(({ metadata, status }) => [
        metadata?.uid,
        status?.containerStatuses?.map(({ restartCount }) => restartCount),
      ]),
    secrets: secrets.items.map(({ metadata }) => metadata?.name),
    revisions: await history(ctx),
    tasks: (await visit(ctx, '/api/tasks/')).text,
  };
}

/** Rehearses a change, which is taken back afterwards. */
async function changed(change: (app: App) => void, work: Work = onlyRehearsed): Promise<Delivered> {
  const { app, first, again } = await living();
  const before = await standing(first);
  app.commit('as it was');
  change(app);
  app.commit('changed');
  try {
    return await again(work);
  } finally {
    app.reset('HEAD~1');
    assert.equal(await standing(first), before);
  }
}

const migration = (operation: string) => `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('tasks', '0002_task_due_on')]
    operations = [${operation}]
`;

async function podNames({ ctx }: Delivered): Promise<string[]> {
  const { kube, namespace: name } = ctx.place;
  const { items } = await kube.makeApiClient(CoreV1Api).listNamespacedPod({ namespace: name });
  return items.map(({ metadata }) => metadata?.name ?? '');
}

describe('a rehearsal', (test) => {
  test('of a first release tries it on an empty database', async () => {
    const { first } = await living();
    const { pending, ...rest } = found(first) as Rehearsal;
    assert.equal(rest, { oldCodeWorks: null, database: 'sqlite' });
    assert.ok(pending.includes('tasks.0002_task_due_on'), pending.join());
    const stage = first.report.stages.find(({ name }) => name === 'rehearse');
    assert.match(stage?.summary ?? '', /^migrate, health, page, database, migrations, ahead, schema, static; \d+ /);
  });

  test('finds an application that crashes as it is loaded, and nothing of what is live has changed', async () => {
    const { exitCode, report } = await changed(
      (app) => app.change('config/wsgi.py', 'application = ', "raise RuntimeError('no good')\napplication = "),
      pipeline,
    );
    assert.is(exitCode, 10);
    assert.equal(report.stages.map(({ name, outcome }) => `${name} ${outcome}`).slice(-3), [
      'rehearse failed',
      'deploy skipped',
      'verify skipped',
    ]);
    assert.match(report.failure?.details.join('\n') ?? '', 'RuntimeError: no good');
    assert.match(verdict(report).sentence, /in the stage rehearse: the cluster was not touched$/);
  });

  test('finds a migration that fails', async () => {
    const { exitCode, report } = await changed((app) =>
      app.write('tasks/migrations/0003_bad.py', migration("migrations.RunSQL('ALTER TABLE nowhere ADD COLUMN x')")),
    );
    assert.is(exitCode, 10);
    assert.match(report.failure?.message ?? '', /migrate: python manage.py migrate --noinput ended with exit code 1/);
    assert.match(report.failure?.details.join('\n') ?? '', 'no such table: nowhere');
  });

  test('finds code that does not go with its database', async () => {
    const { exitCode, report } = await changed((app) =>
      app.change(
        'tasks/models.py',
        '    class Meta:',
        '    colour = models.CharField(max_length=9)\n\n    class Meta:',
      ),
    );
    assert.is(exitCode, 10);
    assert.match(report.failure?.message ?? '', /schema: table tasks_task .* lacks the column colour/);
  });

  test('of a change without migrations says that there are none', async () => {
    const done = await changed((app) => app.change('tasks/templates/tasks/list.html', '<h1>To do', '<h1>To do now'));
    assert.equal(found(done), { pending: [], oldCodeWorks: null, database: 'sqlite' });
  });

  test('of a migration that adds a column says that the old code works', async () => {
    const added = "migrations.AddField('task', 'colour', models.CharField(max_length=9, null=True))";
    const done = await changed((app) => {
      app.write('tasks/migrations/0003_colour.py', migration(added));
      app.change(
        'tasks/models.py',
        '    class Meta:',
        '    colour = models.CharField(max_length=9, null=True)\n\n    class Meta:',
      );
    });
    assert.equal(found(done), { pending: ['tasks.0003_colour'], oldCodeWorks: true, database: 'sqlite' });
  });

  test('of a migration that drops a column says that the old code does not work', async () => {
    const dropped = "migrations.RenameField('task', 'title', 'name')";
    const done = await changed((app) => {
      app.write('tasks/migrations/0003_name.py', migration(dropped));
      app.change('tasks/models.py', '    title = models.CharField(', "    title = models.CharField(db_column='name', ");
    });
    assert.equal(found(done), { pending: ['tasks.0003_name'], oldCodeWorks: false, database: 'sqlite' });
    assert.match(done.report.notes.join('\n'), /the code that is live does not work .* lacks the column title/);
  });

  test('removes what a run that was killed has left', async () => {
    const { first } = await living();
    const { kube, namespace: name, release } = first.ctx.place;
    const dead = { ...currentHolder('dead', 'local'), pid: 2 ** 22 + 1, started: '1' };
    const image = first.report.image?.reference ?? '';
    await kube.makeApiClient(CoreV1Api).createNamespacedPod({
      namespace: name,
      body: {
        metadata: {
          name: 'left',
          labels: { [rehearsalLabel]: release },
          annotations: { [holderAnnotation]: JSON.stringify(dead) },
        },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'web', image, command: ['sleep', '3600'] }],
        },
      },
    });
    await removeLeftovers(first.ctx.place, (holder) => hasEnded(JSON.parse(holder)));
    for (let looks = 0; looks < 60 && (await podNames(first)).includes('left'); looks++) await sleep(500);
    assert.not((await podNames(first)).includes('left'));
  });
}, 900_000);
