import * as assert from 'uvu/assert';
import { history } from '../../helm/history.ts';
import { describe } from '../harness.ts';
import { type App, appOfExample } from './support/apps.ts';
import { type Delivered, deliver } from './support/deliver.ts';
import { namespace } from './support/namespace.ts';
import { type Shared, shared } from './support/shared.ts';
import { tags } from './support/tags.ts';
import { visit } from './support/visit.ts';

/** A release that is live, from which each test starts. */
interface Life {
  all: Shared;
  app: App;
  name: string;
  first: Delivered;
  again: (...more: string[]) => Promise<Delivered>;
}

let life: Promise<Life> | undefined;

async function begin(): Promise<Life> {
  const all = await shared();
  const app = appOfExample();
  const name = await namespace(all, 'life');
  const again = (...more: string[]) =>
    deliver(all, ['--source', app.folder, '--name', 'todo', '--namespace', name, ...more]);
  return { all, app, name, first: await again(), again };
}

function living(): Promise<Life> {
  life ??= begin();
  return life;
}

/** The page that the live app shows, without what is another each time. */
async function serves({ first }: Life): Promise<string> {
  const { status, text } = await visit(first.ctx, '/');
  assert.is(status, 200);
  return text.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, '$1');
}

/** Changes the app for one test only. */
async function with_(app: App, file: string, from: string, to: string, work: () => Promise<void>): Promise<void> {
  app.change(file, from, to);
  app.commit(`${file}: ${to.split('\n')[0]}`);
  try {
    await work();
  } finally {
    app.change(file, to, from);
    app.commit(`${file} as it was`);
  }
}

const heading = 'tasks/templates/tasks/list.html';

describe('a release', (test) => {
  test('is live and tested after the first run', async () => {
    const { first, all } = await living();
    assert.is(first.exitCode, 0);
    assert.equal(first.report.revision, { before: null, after: 1 });
    assert.equal(
      first.report.stages.map(({ name, outcome }) => `${name} ${outcome}`),
      [
        'source passed',
        'lint passed',
        'test passed',
        'build passed',
        'publish passed',
        'rehearse passed',
        'deploy passed',
        'verify passed',
      ],
    );
    assert.ok((first.report.tests?.cases.length ?? 0) > 20, 'the tests of the app are in the report');
    const published = await tags(all, 'todo');
    assert.ok(
      published.includes(`${first.report.source?.commit.slice(0, 12)}-local`),
      `published: ${published.join(', ')}`,
    );
    assert.match(await serves(await living()), /To do/);
  });

  test('is upgraded to what was pushed, by digest, and keeps its data', async () => {
    const { app, again, first } = await living();
    const task = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"title": "kept by an upgrade"}',
    };
    assert.is((await visit(first.ctx, '/api/tasks/', task)).status, 201);
    await with_(app, heading, '<h1>To do</h1>', '<h1>To do, upgraded</h1>', async () => {
      const { exitCode, report, ctx } = await again();
      assert.is(exitCode, 0);
      assert.is(report.revision?.after, (report.revision?.before ?? 0) + 1);
      assert.is.not(report.image?.digest, first.report.image?.digest);
      const { text } = await visit(ctx, '/');
      assert.match(text, /To do, upgraded/);
      assert.match(text, /kept by an upgrade/);
    });
  });

  test('is not touched when a unit test fails', async () => {
    const life = await living();
    const before = {
      page: await serves(life),
      revisions: await history(life.first.ctx),
      tags: await tags(life.all, 'todo'),
    };
    const assertion = "['soon', 'later', 'undated', 'done']";
    await with_(life.app, 'tasks/tests/test_models.py', assertion, "['soon']", async () => {
      const { exitCode, report } = await life.again();
      assert.is(exitCode, 10);
      assert.match(report.failure?.message ?? '', /test_open_first_then_by_due_date_then_undated/);
      assert.equal(
        report.stages.filter(({ outcome }) => outcome === 'skipped').map(({ name }) => name),
        ['build', 'publish', 'rehearse', 'deploy', 'verify'],
      );
    });
    assert.equal(await tags(life.all, 'todo'), before.tags);
    assert.equal(await history(life.first.ctx), before.revisions);
  });

  test('is restored and tested again when the new image crash-loops', async () => {
    const life = await living();
    const page = await serves(life);
    const crash =
      "application = get_wsgi_application()\nif os.environ.get('DJANGO_SQLITE_PATH') == '/data/db.sqlite3':\n    raise RuntimeError('no memory of the database')";
    await with_(life.app, 'config/wsgi.py', 'application = get_wsgi_application()', crash, async () => {
      const { exitCode, report } = await life.again('--deploy-timeout', '40s', '--rehearsal', 'off');
      assert.is(exitCode, 11);
      assert.is(report.stages.at(-2)?.name ?? '', 'rollback');
      assert.match(report.live ?? '', /restored and tested again/);
      const evidence = report.failure?.details.join('\n') ?? '';
      assert.match(evidence, /CrashLoopBackOff|exit code/);
      assert.match(evidence, /no memory of the database/);
    });
    assert.is(await serves(life), page);
  });

  test('is restored and tested again when helm test fails', async () => {
    const life = await living();
    const page = await serves(life);
    const failing =
      "def task_list(request: HttpRequest) -> HttpResponse:\n    from django.conf import settings\n    if str(settings.DATABASES['default']['NAME']) == '/data/db.sqlite3':\n        raise RuntimeError('only in the cluster')";
    await with_(
      life.app,
      'tasks/pages.py',
      'def task_list(request: HttpRequest) -> HttpResponse:',
      failing,
      async () => {
        const { exitCode, report } = await life.again('--set', 'health.path=', '--rehearsal', 'off');
        assert.is(exitCode, 11);
        assert.is(report.failure?.stage, 'verify');
        assert.match(report.failure?.details.join('\n') ?? '', /500/);
        assert.match(report.live ?? '', /restored and tested again/);
      },
    );
    assert.is(await serves(life), page);
  });

  test('is refused, and nothing changed, when the chart does not take the values', async () => {
    const life = await living();
    const before = await history(life.first.ctx);
    const { exitCode, report } = await life.again('--set', 'replicaCuont=1');
    assert.is(exitCode, 10);
    assert.is(report.failure?.stage, 'lint');
    assert.match(report.failure?.details.join('\n') ?? '', /replicaCuont/);
    assert.equal(await history(life.first.ctx), before);
  });
}, 600_000);
