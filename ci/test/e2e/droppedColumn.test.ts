import * as assert from 'uvu/assert';
import { lookAfter } from '../../commands/health.ts';
import { ledgerStore } from '../../release/ledger/store.ts';
import { describe } from '../harness.ts';
import { appOfExample } from './support/apps.ts';
import { deliver } from './support/deliver.ts';
import { namespace } from './support/namespace.ts';
import { sharedOutside } from './support/sharedOutside.ts';
import { visit } from './support/visit.ts';

const dropped = `from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [('tasks', '0002_task_due_on')]
    operations = [migrations.RunSQL('ALTER TABLE tasks_task DROP COLUMN due_on')]
`;

describe('a migration that drops a column which the code still has', (test) => {
  test('is not called well when the code before comes back: table and column are named, by the run and by a look later on', async () => {
    const all = await sharedOutside();
    const app = appOfExample();
    const name = await namespace(all, 'dropped');
    const flags = ['--source', app.folder, '--name', 'todo', '--namespace', name, '--test-command', 'true'];
    const first = await deliver(all, flags);
    assert.is(first.exitCode, 0, first.report.failure?.message);
    assert.is((await visit(first.ctx, '/')).status, 200);

    app.write('tasks/migrations/0003_drop.py', dropped);
    app.change('config/wsgi.py', 'application = ', "raise RuntimeError('no good')\napplication = ");
    app.commit('Drop the column');
    const { exitCode, report } = await deliver(all, [...flags, '--rehearsal', 'off']);
    assert.is(exitCode, 13, report.failure?.message);
    const lost = /schema: .*tasks_task.*due_on/;
    assert.match(report.live ?? '', lost);
    assert.match(report.failure?.details.join('\n') ?? '', /no good/, 'the cause is still told');
    assert.is((await visit(first.ctx, '/')).status, 500, 'which is what visitors see');
    const { entries, operation } = await ledgerStore({
      kube: all.cluster.kube,
      namespace: name,
      release: 'todo',
    }).read();
    assert.is(operation, null);
    assert.equal(
      entries.map(({ kind, outcome }) => `${kind} ${outcome}`),
      ['deploy verified', 'deploy failed', 'rollback interrupted'],
      'the code that is back is not what is bad',
    );
    assert.match(entries.at(-1)?.reason ?? '', lost);

    const looked = await deliver(all, flags, lookAfter);
    assert.is(looked.exitCode, 13);
    assert.match(looked.report.failure?.message ?? '', lost);
    assert.match(looked.report.failure?.message ?? '', /ahead: .*tasks\.0003_drop/);
  });
}, 900_000);
