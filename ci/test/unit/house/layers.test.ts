import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import * as assert from 'uvu/assert';
import { root } from '../../../core/program.ts';
import { describe } from '../../harness.ts';

type Floors = readonly (readonly string[])[];

/** The house from the ground up. A file imports from its own room, and from rooms on floors below; types count as well. */
const house: Floors = [
  ['core'],
  ['log', 'kube', 'git', 'dagger', 'app', 'data'],
  ['helm', 'config', 'source', 'image', 'report'],
  ['release', 'rehearsal', 'lint', 'unittests', 'fingerprint', 'notify', 'cli', 'toolchain'],
  ['stages', 'targets'],
  ['pipeline.ts'],
  ['commands'],
  ['index.ts', 'api'],
  ['bin.ts'],
];

/** The same inside the rooms that have rooms of their own. */
const inside: Record<string, Floors> = {
  config: [
    ['options.ts', 'suggest.ts', 'facts.ts', 'trigger.ts', 'secretValues.ts'],
    ['settings.ts'],
    ['from', 'check'],
    ['readConfig.ts'],
  ],
  release: [
    ['ledger', 'masking'],
    ['drift', 'lock', 'rollout', 'evidence'],
    ['state', 'client.ts'],
    ['journal.ts', 'clusterClient.ts'],
    ['steadily.ts'],
    ['restore', 'inSync.ts', 'overtaken.ts', 'withRelease.ts'],
  ],
  targets: [
    ['chooseEngine.ts', 'kubeconfig.ts', 'registryRequest.ts', 'publicImages.ts'],
    ['given', 'engine.ts'],
    ['embedded'],
    ['targets.ts'],
  ],
  toolchain: [
    ['paths.ts'],
    ['parts', 'lock.ts'],
    ['make'],
    ['daemons', 'ingress'],
    ['ensureImage.ts'],
    ['up.ts'],
    ['index.ts'],
  ],
};

/** No run executes these; they may look at everything. */
const apart = /^(test|dev)\//;

const ci = join(root, 'ci');

export function violations(files: Readonly<Record<string, string>>, floors: Floors, room = ''): string[] {
  const floorOf = (file: string) => {
    const [first = ''] = file.slice(room.length).split('/');
    return { name: first, floor: floors.findIndex((names) => names.includes(first)) };
  };
  return Object.entries(files).flatMap(([file, text]) => {
    if (apart.test(file) || !file.startsWith(room)) return [];
    const own = floorOf(file);
    if (own.floor < 0) return [`${file} has no floor: name its room here`];
    return importsOf(file, text).flatMap((to) => {
      const other = floorOf(to);
      const isFine = !to.startsWith(room) || other.name === own.name || (other.floor >= 0 && other.floor < own.floor);
      return isFine ? [] : [`${file} imports ${to}: ${own.name} stands below, or beside, ${other.name}`];
    });
  });
}

function importsOf(file: string, text: string): string[] {
  const found = text.matchAll(/(?:\bfrom |\bimport\()'(\.[^']+)'/g);
  return [...found].map(([, to = '']) => normalize(join(dirname(file), to)));
}

/** What is left when, again and again, those files go that import nothing of the rest: circles, and what leads to them. */
export function circles(files: Readonly<Record<string, string>>): string[] {
  const own = Object.entries(files).filter(([file]) => !apart.test(file));
  const left = new Map(own.map(([file, text]) => [file, importsOf(file, text)]));
  for (let before = 0; before !== left.size; ) {
    before = left.size;
    for (const [file, imported] of left) if (!imported.some((one) => left.has(one))) left.delete(file);
  }
  return [...left.keys()];
}

describe('the house', (test) => {
  const names = readdirSync(ci, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll(sep, '/'));
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'));
  const files = Object.fromEntries(sources.map((name) => [name, readFileSync(join(ci, name), 'utf8')]));

  test('has imports that only lead down', () => {
    assert.ok(sources.length > 100);
    assert.equal(violations(files, house), []);
  });

  test('has no two files that import each other, by however many others', () => {
    assert.equal(circles(files), []);
  });

  for (const [room, floors] of Object.entries(inside))
    test(`has them inside ${room}, too`, () => assert.equal(violations(files, floors, `${room}/`), []));

  test('notices one that leads up, and a circle', () => {
    assert.equal(violations({ 'kube/a.ts': "import { b } from '../release/b.ts';" }, house), [
      'kube/a.ts imports release/b.ts: kube stands below, or beside, release',
    ]);
    const types = {
      'kube/a.ts': "import type { B } from './b.ts';",
      'kube/b.ts': "import { a } from './a.ts';",
      'kube/c.ts': '',
    };
    assert.equal(circles(types), ['kube/a.ts', 'kube/b.ts']);
  });
});
