import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { dependenciesOf, localFolders, missingDependencies, replacedEntries } from '../../../helm/dependencies.ts';
import { describe } from '../../harness.ts';
import { inFolder } from '../git/repository.ts';
import { writeFiles } from '../writeFiles.ts';

const web = 'https://charts.example.com';
const metadata = (...dependencies: [name: string, version: string, repository: string][]) =>
  `name: shop\nversion: 1.0.0\ndependencies:${dependencies.map(([name, version, repository]) => `\n  - { name: ${name}, version: "${version}", repository: "${repository}" }`).join('') || ' []'}\n`;
const lock = (name: string, version: string, repository = web) =>
  `dependencies:\n- name: ${name}\n  repository: ${repository}\n  version: ${version}\ndigest: sha256:x\n`;

describe('missingDependencies', (test) => {
  const cases: [what: string, files: Record<string, string>, missing: string[]][] = [
    ['none are named', { 'Chart.yaml': 'name: shop\nversion: 1.0.0\n' }, []],
    ['the list is empty', { 'Chart.yaml': metadata() }, []],
    ['there is no charts/', { 'Chart.yaml': metadata(['redis', '^1.0.0', web]) }, ['redis']],
    [
      'charts/ holds one of two',
      {
        'Chart.yaml': metadata(['redis', '^1.0.0', web], ['common', '1.x', 'file://../common']),
        'charts/redis-1.2.0.tgz': '',
      },
      ['common'],
    ],
    [
      'charts/ holds a folder and an archive',
      {
        'Chart.yaml': metadata(['redis', '^1.0.0', web], ['common', '~1', '']),
        'charts/redis-1.2.0.tgz': '',
        'charts/another-name/Chart.yaml': 'name: common\nversion: 1.0.0\n',
      },
      [],
    ],
    [
      'the archive is of a chart with a longer name',
      { 'Chart.yaml': metadata(['redis', '*', web]), 'charts/redis-cluster-1.2.0.tgz': '' },
      ['redis'],
    ],
    [
      'Helm would skip the folder',
      { 'Chart.yaml': metadata(['redis', '*', web]), 'charts/_redis/Chart.yaml': 'name: redis\nversion: 1.0.0\n' },
      ['redis'],
    ],
    [
      'the lock names another version',
      {
        'Chart.yaml': metadata(['redis', '^1.0.0', web]),
        'Chart.lock': lock('redis', '1.2.1'),
        'charts/redis-1.2.0.tgz': '',
      },
      ['redis'],
    ],
    [
      'the lock names this version',
      {
        'Chart.yaml': metadata(['redis', '^1.0.0', web]),
        'Chart.lock': lock('redis', 'v1.2.0'),
        'charts/redis-1.2.0.tgz': '',
      },
      [],
    ],
    [
      'Chart.yaml names another version',
      { 'Chart.yaml': metadata(['redis', '1.2.1', web]), 'charts/redis-1.2.0.tgz': '' },
      ['redis'],
    ],
    [
      'Helm 2 wrote it',
      { 'Chart.yaml': 'name: shop\nversion: 1.0.0\n', 'requirements.yaml': metadata(['redis', '1', web]) },
      ['redis'],
    ],
  ];
  for (const [what, files, missing] of cases)
    test(`are ${missing.join(', ') || 'none'} where ${what}`, () =>
      inFolder(async (folder) => {
        writeFiles(folder, files);
        assert.equal(missingDependencies(folder), missing);
      }));
});

describe('dependencies', (test) => {
  test('in charts/ give way to what is fetched, unless they are only there', () =>
    inFolder(async (folder) => {
      writeFiles(folder, {
        'Chart.yaml': metadata(['redis', '^1.0.0', web], ['common', '~1', '']),
        'charts/redis/Chart.yaml': 'name: redis\nversion: 1.0.0\n',
        'charts/redis-1.1.0.tgz': '',
        'charts/common/Chart.yaml': 'name: common\nversion: 1.0.0\n',
        'charts/extra-1.0.0.tgz': '',
      });
      assert.equal(replacedEntries(folder).sort(), ['redis', 'redis-1.1.0.tgz']);
      rmSync(join(folder, 'charts'), { recursive: true });
      assert.equal(replacedEntries(folder), []);
    }));

  test('on this machine start at the chart, or at the root', () =>
    inFolder(async (folder) => {
      const files = metadata(
        ['a', '1', 'file://../a'],
        ['b', '1', 'file:///srv/b'],
        ['a', '2', 'file://../a'],
        ['c', '1', web],
      );
      writeFiles(folder, { 'Chart.yaml': files });
      assert.equal(localFolders('/home/ann/charts/shop', dependenciesOf(folder)), ['/home/ann/charts/a', '/srv/b']);
    }));
});
