import * as assert from 'uvu/assert';
import { appContainers, runtimeImage } from '../../image/appContainers.ts';
import { describe } from '../harness.ts';
import { appOfExample, temporaryFolder } from './support/apps.ts';
import { coldRepository } from './support/coldRepository.ts';
import { engineSession } from './support/engineSession.ts';
import { insideImage } from './support/insideImage.ts';
import { loadApp } from './support/loadApp.ts';

/** A driver that finds no server, but all of its libraries; Debian's list of packages; what there was to build with. */
const drivers = `
import json, shutil, subprocess
import magic, psycopg, psycopg2
try:
    psycopg2.connect('host=127.0.0.1 port=1')
except psycopg2.OperationalError:
    pass
known = subprocess.run(['dpkg-query', '--show', '--showformat=\${Package}\\n'], capture_output=True, text=True).stdout.split()
print(json.dumps({
    'found': [name for name in ('libpq5', 'libldap2') if name in known],
    'by name': [psycopg.pq.__impl__, magic.from_buffer(b'%PDF-1.4', mime=True)],
    'compilers': [name for name in ('cc', 'gcc', 'g++', 'make', 'pg_config') if shutil.which(name)],
}))
`;

describe('the image of our Dockerfile for packages without a wheel', (test) => {
  test('holds what packages are linked with or load by name and no compiler, whether one was built now or before', () =>
    engineSession(async (engine) => {
      const app = appOfExample();
      app.change('requirements.txt', '', 'psycopg2==2.9.10\npsycopg==3.2.9\npython-magic==0.4.27\n');
      const repository = coldRepository(temporaryFolder());
      const built = async () => {
        const containers = appContainers(engine, await loadApp(engine, app.folder), repository);
        // Libraries that were taken along with the dependencies are not taken once more with the code.
        assert.is(await containers.application?.file('/layer/venv.new').contents(), '0');
        return { containers, environment: await containers.application?.directory('/layer/venv').digest() };
      };
      const compiled = await built();
      const runtime = await runtimeImage(compiled.containers);
      assert.equal(await insideImage<unknown>(runtime, drivers), {
        found: ['libpq5', 'libldap2'],
        'by name': ['python', 'application/pdf'],
        compilers: [],
      });
      // Other dependency files are installed anew: uv has the package then, and needs no compiler.
      app.change('requirements.txt', 'psycopg2', '# another line\npsycopg2');
      assert.is((await built()).environment, compiled.environment);
    }));
}, 600_000);
