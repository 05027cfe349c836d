/**
 * `npm run bench:image`: what our Dockerfile makes of example/, beside what the Dockerfile of every tutorial makes of it. Same
 * engine, same base image; nothing but that is found in a cache at the start.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client, Container, Directory } from '@dagger.io/dagger';
import { detectApp } from '../../app/detectApp.ts';
import type { Images } from '../../core/images.ts';
import { root } from '../../core/program.ts';
import { withSession } from '../../dagger/session.ts';
import { appContainers, runtimeImage } from '../../image/appContainers.ts';
import { pythonImage } from '../../image/pythonImage.ts';
import { createLog } from '../../log/log.ts';
import { byproducts } from '../../source/byproducts.ts';
import { listFiles, select } from '../../source/files.ts';
import { engine } from '../../targets/engine.ts';
import { coldRepository } from '../../test/e2e/support/coldRepository.ts';
import { inspectImage } from '../../test/e2e/support/inspectImage.ts';

const example = join(root, 'example');

const plain = (nonce: string) => `
ARG PYTHON_IMAGE
FROM \${PYTHON_IMAGE}
ARG COLD=${nonce}
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "config.wsgi"]
`;

const count = `
import importlib.metadata, pathlib, sys
status = pathlib.Path('/var/lib/dpkg/status')
debian = status.read_text().count('\\nStatus: install ok installed') if status.exists() else 0
paths = [*sys.path, *map(str, pathlib.Path('/').glob('usr/lib/python3*/dist-packages')),
         *map(str, pathlib.Path('/').glob('usr/local/lib/python3*/*-packages'))]
print(debian, len({d.metadata['Name'] for d in importlib.metadata.distributions(path=paths)}))
`;

interface Measured {
  MB: string;
  'MB above the base': string;
  'Debian packages': string;
  'Python distributions': string;
  'cold build, s': string;
  'rebuild, s': string;
  'rebuild / cold': string;
  layers: string;
}

type Engine = { dag: Client; images: Images };
type Build = (source: Directory) => Promise<Container>;

async function measure(engineOf: Engine, build: Build, source: Directory, changed: Directory): Promise<Measured> {
  const cold = await seconds(build(source));
  const warm = await seconds(build(changed));
  const built = await build(source);
  const { layers } = await inspectImage(engineOf, built);
  const below = (await inspectImage(engineOf, baseOf(engineOf))).layers.length;
  const [debian = '', python = ''] = (await built.withExec(['python3', '-c', count]).stdout()).trim().split(' ');
  const megabytes = (some: typeof layers) => (some.reduce((sum, { size }) => sum + size, 0) / 1e6).toFixed(1);
  return {
    MB: megabytes(layers),
    'MB above the base': megabytes(layers.slice(below)),
    'Debian packages': debian,
    'Python distributions': python,
    'cold build, s': cold.toFixed(1),
    'rebuild, s': warm.toFixed(1),
    'rebuild / cold': (warm / cold).toFixed(2),
    layers: layers.map(({ digest }) => digest.slice(7, 15)).join(' '),
  };
}

async function seconds(image: Promise<Container>): Promise<number> {
  const start = performance.now();
  await (await image).sync();
  return (performance.now() - start) / 1000;
}

function baseOf({ dag, images }: Engine): Container {
  return dag.container().from(pythonImage(images.python, null).reference);
}

const folder = mkdtempSync(join(tmpdir(), 'bench-image-'));
try {
  const log = createLog({ stream: process.stderr, isTTY: false, env: process.env });
  const found = await engine(process.env, log, new AbortController().signal);
  await withSession(found, createWriteStream(join(folder, 'engine.log')), async (dag) => {
    const engineOf = { dag, images: found.images };
    const selection = select(await byproducts(example), null);
    const source = await dag.host().directory(example, { exclude: selection.exclude, noCache: true }).sync();
    const api = await source.file('tasks/api.py').contents();
    const app = detectApp(await listFiles(example, selection), {});
    const known = { app, commit: '0'.repeat(40), dirty: false, url: '' };
    // Another line each time: the engine remembers what it was shown in the run before.
    const changed = source.withNewFile('tasks/api.py', `${api}# ${randomUUID()}\n`);
    const ours = (): Build => {
      const repository = coldRepository(mkdtempSync(join(folder, 'repository-')));
      return (directory) => runtimeImage(appContainers(engineOf, { ...known, directory }, repository));
    };
    const theirs = (): Build => {
      const dockerfile = plain(randomUUID());
      const buildArgs = [{ name: 'PYTHON_IMAGE', value: pythonImage(found.images.python, null).reference }];
      return async (directory) => directory.withNewFile('Dockerfile', dockerfile).dockerBuild({ buildArgs });
    };
    // So that no one pays for the pull of the base image.
    await baseOf(engineOf).sync();
    console.table({
      plain: await measure(engineOf, theirs(), source, changed),
      'plain, again': await measure(engineOf, theirs(), source, changed),
      ours: await measure(engineOf, ours(), source, changed),
      'ours, again': await measure(engineOf, ours(), source, changed),
    });
  });
} finally {
  rmSync(folder, { recursive: true });
}
