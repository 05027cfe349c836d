import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../harness.ts';
import { temporaryFolder } from './support/apps.ts';
import { deliver } from './support/deliver.ts';
import { namespace } from './support/namespace.ts';
import type { Place } from './support/shared.ts';
import { sharedOutside } from './support/sharedOutside.ts';
import { visit } from './support/visit.ts';

/** Makes an app as its author would, with the tools of the field, and brings it to this machine. */
async function made({ dag, images }: Place, script: string): Promise<string> {
  const folder = join(temporaryFolder(), 'app');
  await dag
    .container()
    .from(images.python.replace('{version}', '3.13'))
    .withEnvVariable('UV_SYSTEM_CERTS', '1')
    .withExec(['pip', 'install', '--quiet', '--root-user-action=ignore', 'django==5.2.19', 'uv==0.13.9'])
    .withWorkdir('/app')
    .withExec(['sh', '-euc', script])
    .directory('/app')
    .export(folder);
  return folder;
}

const withRequirements = `
django-admin startproject shop .
echo 'django>=5.2,<6' > requirements.txt
printf 'import os\\nPAYMENT_KEY = os.environ["PAYMENT_KEY"]\\n' >> shop/settings.py
printf 'from django.test import SimpleTestCase\\n\\nclass Sums(SimpleTestCase):\\n    def test_sum(self):\\n        self.assertEqual(1 + 1, 2)\\n' > shop/tests.py
`;

const withSrcLayoutAndPytest = `
mkdir src tests
django-admin startproject blog src
cat > pyproject.toml <<EOF
[project]
name = "blog"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["django>=5.2,<6"]

[dependency-groups]
dev = ["pytest", "pytest-django"]

[tool.pytest.ini_options]
DJANGO_SETTINGS_MODULE = "blog.settings"
pythonpath = ["src"]
EOF
printf 'def test_admin_asks_for_a_login(client):\\n    assert client.get("/admin/").status_code == 302\\n' > tests/test_admin.py
uv lock --quiet
`;

describe('an app that this repository did not write', (test) => {
  test('with requirements.txt, development settings and a variable that it needs is delivered from a git URL', async () => {
    const all = await sharedOutside();
    const folder = await made(all, withRequirements);
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('-c', 'user.name=Tester', '-c', 'user.email=tester@example.org', 'commit', '--quiet', '--message', 'a shop');
    const name = await namespace(all, 'shop');
    const flags = ['--source', `file://${folder}`, '--ref', 'main', '--name', 'shop', '--namespace', name];
    const { exitCode, report, ctx } = await deliver(all, [...flags, '--set', 'env.PAYMENT_KEY=of-the-cluster']);
    assert.is(exitCode, 0, report.failure?.message);
    assert.is(report.source?.subject, 'a shop');
    assert.equal(
      report.tests?.cases.map(({ name: title, outcome }) => [title, outcome]),
      [['test_sum', 'passed']],
    );
    const notes = report.notes.join('\n');
    assert.match(notes, 'the tests had stand-ins for variables that are not set: PAYMENT_KEY');
    assert.match(notes, 'without PAYMENT_KEY the settings do not load');
    for (const setting of ['DEBUG', 'ALLOWED_HOSTS', 'SECRET_KEY', 'STATIC_ROOT']) assert.match(notes, setting);
    assert.is((await visit(ctx, '/admin/login/')).status, 200);
    assert.is((await visit(ctx, '/static/admin/css/base.css')).status, 200);
  });

  test('with uv.lock, pytest and a src/ layout is delivered from a folder', async () => {
    const all = await sharedOutside();
    const folder = await made(all, withSrcLayoutAndPytest);
    const name = await namespace(all, 'blog');
    const { exitCode, report, ctx } = await deliver(all, ['--source', folder, '--name', 'blog', '--namespace', name]);
    assert.is(exitCode, 0, report.failure?.message);
    assert.match(report.tests?.command ?? '', /pytest/);
    assert.equal(
      report.tests?.cases.map(({ outcome }) => outcome),
      ['passed'],
    );
    assert.match(report.source?.commit ?? '', /^dir-/);
    assert.is((await visit(ctx, '/admin/login/')).status, 200);
  });
}, 600_000);
