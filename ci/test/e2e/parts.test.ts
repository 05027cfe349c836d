import { join } from 'node:path';
import { type Container, ReturnType } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';
import type { Context } from '../../core/context.ts';
import { appContainers } from '../../image/appContainers.ts';
import { pythonImage } from '../../image/pythonImage.ts';
import { describe } from '../harness.ts';
import { engineSession } from './support/engineSession.ts';
import { loadApp } from './support/loadApp.ts';

const discover = ['discover', '--start-directory', 'tests', '--top-level-directory', '.'];

const needed = ['django==5.2.19', 'gunicorn==27.0.1', 'unittest-xml-reporting==4.0.0'];

/** What a program makes of new authorities, local and listed, of ones that are unwanted, missing or gone, and of options. */
const updates = `
  authorities=/usr/local/share/ca-certificates list=/etc/ca-certificates.conf
  mkdir -p /new "$authorities"
  for name in 'of (ours), new' other; do
    openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$name" -keyout /dev/null -out "/new/$name.crt" 2> /dev/null
  done
  printf %s "$(cat /new/other.crt)" > /new/other.crt
  cp -a /etc/ssl/certs /certs && cp -a $authorities /authorities && cp $list /list
  update() {
    "$@" 2>&1
    find /etc/ssl/certs -printf '%P %l %m\n' | sort
    sha256sum /etc/ssl/certs/ca-certificates.crt
  }
  all() {
    rm -r /etc/ssl/certs $authorities && cp -a /certs /etc/ssl/certs && cp -a /authorities $authorities && cp /list $list
    update $1
    cp /new/of* $authorities && mkdir $authorities/below && cp /new/other.crt $authorities/below && update $1
    rm -r $authorities/* && update $1
    sed -i '0,/^mozilla/s//!mozilla/' $list && echo mozilla/nowhere.crt >> $list && update $1
    update $1 --fresh
  }
  all update-ca-certificates.debian > /debians
  all update-ca-certificates > /ours
  diff /debians /ours
  grep -E 'added|^W:|Clearing' /ours`;

/** All that it was built with, its library compiled, and what packages are built with that have no wheel. */
const whole = `
import abc, ctypes, importlib.util, lzma, os, sqlite3, ssl, sys, sysconfig
assert os.path.exists(importlib.util.cache_from_source(abc.__file__))
assert os.path.exists(os.path.join(sysconfig.get_path('include'), 'Python.h'))
print(sys.version_info[:2], sys.executable, sysconfig.get_config_var('CC'))`;

import { root } from '../../core/program.ts';

describe('the parts that are not TypeScript', (test) => {
  // Without these some tests skip themselves.
  const python = ({ dag, images }: Pick<Context, 'dag' | 'images'>) =>
    dag
      .container()
      .from(pythonImage(images.python, null).reference)
      .withExec(['pip', 'install', '--quiet', '--root-user-action=ignore', ...needed]);
  const passes = async (ready: Container, tests: readonly string[], skipped = 0, more = {}) => {
    const ran = ready.withExec(['python', '-m', 'unittest', ...tests], { expect: ReturnType.Any, ...more });
    const output = await ran.stderr();
    assert.is(await ran.exitCode(), 0, output);
    const ending = skipped === 0 ? 'OK' : `OK \\(skipped=${skipped}\\)`;
    assert.match(output, new RegExp(`Ran [1-9]\\d* tests? in .*\\n\\n${ending}\\n$`), 'and skipped no others');
  };
  const files = ({ dag }: Pick<Context, 'dag'>, path: string) =>
    dag.host().directory(join(root, path), { noCache: true });

  test('the settings overlay passes its own tests', () =>
    engineSession((engine) =>
      passes(python(engine).withMountedDirectory('/here', files(engine, 'ci/django')).withWorkdir('/here'), discover),
    ));

  test('the program for databases passes its own tests', () =>
    engineSession(async (engine) => {
      const ready = python(engine).withMountedDirectory('/here', files(engine, 'ci/data')).withWorkdir('/here');
      // Small volumes can be mounted then.
      await passes(ready, discover, 1, { insecureRootCapabilities: true });
      // The one that root cannot make.
      await passes(ready.withUser('nobody'), ['tests.test_backup.Refused.test_where_it_may_not_write']);
    }));

  test('a version of Python that an app asks for is made for it, and is whole', () =>
    engineSession(async ({ dag, images, ensureImage }) => {
      const app = { python: { from: '.python-version', specifier: '==3.14.*' }, djangoLimit: null };
      const { reference } = pythonImage(images.python, app);
      await ensureImage(reference);
      const python = dag.container().from(reference);
      assert.is(await python.withExec(['python', '-c', whole]).stdout(), '(3, 14) /usr/local/bin/python cc -pthread\n');
      assert.match(await python.withExec(['python3', '-m', 'pip', '--version']).stdout(), /\(python 3\.14\)/);
    }));

  test('the update of certificates does what Debian does', async () => {
    await engineSession(async ({ dag, images }) => {
      const ran = dag
        .container()
        .from(pythonImage(images.python, null).reference)
        .withEnvVariable('NONCE', String(Date.now()))
        .withExec(['sh', '-euc', updates], { expect: ReturnType.Any });
      assert.is(await ran.exitCode(), 0, (await ran.stdout()) + (await ran.stderr()));
      const missing =
        'W: /usr/share/ca-certificates/mozilla/nowhere.crt not found, but listed in /etc/ca-certificates.conf.';
      assert.equal(
        (await ran.stdout())
          .replace(/^\d{3} added/m, 'all added')
          .trim()
          .split('\n'),
        [
          '0 added, 0 removed; done.',
          '2 added, 0 removed; done.',
          '0 added, 0 removed; done.',
          missing,
          '0 added, 1 removed; done.',
          'Clearing symlinks in /etc/ssl/certs...',
          missing,
          'all added, 0 removed; done.',
        ],
      );
    });
  });

  test('the checks that helm test runs pass their own tests, with the Django of the example', () =>
    engineSession(async ({ dag, images }) => {
      const example = await loadApp({ dag }, `${root}/example`);
      const ran = appContainers({ dag, images }, example)
        .test.withMountedDirectory('/checks', dag.host().directory(`${root}/helm-chart/files`, { noCache: true }))
        .withMountedDirectory('/tests', dag.host().directory(`${root}/ci/dev/chart/tests`, { noCache: true }))
        .withEnvVariable('CHECKS', '/checks')
        .withExec(['python', '-m', 'unittest', 'discover', '--start-directory', '/tests'], { expect: ReturnType.Any });
      const output = await ran.stderr();
      assert.is(await ran.exitCode(), 0, output);
      assert.match(output, /Ran [1-9]\d* tests/);
    }));

  test('what copies the data for a rehearsal passes its own tests', () =>
    engineSession(async ({ dag, images }) => {
      const example = await loadApp({ dag }, `${root}/example`);
      const folder = (path: string) => dag.host().directory(`${root}/${path}`, { noCache: true });
      const ran = appContainers({ dag, images }, example)
        .test.withMountedDirectory('/scripts', folder('ci/rehearsal/inside'))
        .withMountedDirectory('/tests', folder('ci/dev/rehearsal/tests'))
        .withEnvVariable('REHEARSAL_SCRIPTS', '/scripts')
        .withExec(['python', '-m', 'unittest', 'discover', '--start-directory', '/tests'], { expect: ReturnType.Any });
      const output = await ran.stderr();
      assert.is(await ran.exitCode(), 0, output);
      assert.match(output, /Ran [1-9]\d* tests/);
    }));
}, 600_000);
