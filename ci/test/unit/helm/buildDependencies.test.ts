import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { Context } from '../../../core/context.ts';
import type { PipelineError } from '../../../core/errors.ts';
import { buildDependencies } from '../../../helm/buildDependencies.ts';
import { describe, rejects } from '../../harness.ts';
import { inFolder } from '../git/repository.ts';
import { writeFiles } from '../writeFiles.ts';

type Call = [name: string, ...args: unknown[]];

/** An engine in which Helm ends like this. @param fetched what is in `charts/` then */
function engine(exitCode: number, output: string, fetched: Record<string, string> = {}) {
  const calls: Call[] = [];
  const answers: Record<string, unknown> = {
    sync: () => Promise.resolve(container),
    exitCode: () => Promise.resolve(exitCode),
    combinedOutput: () => Promise.resolve(output),
    export: async (into: string) => writeFiles(into, fetched),
  };
  const container: object = new Proxy(
    {},
    {
      // Whoever awaits it asks for `then`, and would take it for a promise.
      get: (_, name: string) =>
        name === 'then' || name in answers
          ? answers[name]
          : (...args: unknown[]) => {
              calls.push([name, ...args]);
              return container;
            },
    },
  );
  const ctx = { dag: container, images: { tools: 'tools' } } as unknown as Pick<Context, 'dag' | 'images'>;
  const argumentsOf = (name: string) => calls.filter(([called]) => called === name).map(([, ...args]) => args);
  return { ctx, argumentsOf };
}

const web = 'https://charts.example.com';
const chart = (...repositories: string[]) => ({
  'Chart.yaml': `name: shop\nversion: 1.0.0\ndependencies:${repositories.map((url, index) => `\n  - { name: part${index}, version: "^1.0.0", repository: "${url}" }`).join('')}\n`,
});

describe('buildDependencies', (test) => {
  test('asks Helm, which knows the repositories, and never the cache of the engine', () =>
    inFolder(async (folder) => {
      const fetched = { 'part0-1.0.0.tgz': '', 'part1-1.0.0.tgz': '', 'part2-1.0.0.tgz': '' };
      const nonces = new Set<unknown>();
      for (const _ of [1, 2]) {
        writeFiles(folder, {
          ...chart(web, web, 'oci://charts.example.com/shop'),
          'charts/part0/Chart.yaml': 'name: part0',
        });
        const { ctx, argumentsOf } = engine(0, '', fetched);
        await buildDependencies(ctx, folder, folder);
        assert.equal(
          argumentsOf('withExec').map(([words]) => words),
          [['helm', 'dependency', 'build', '.']],
        );
        const [[, text] = []] = argumentsOf('withNewFile');
        assert.equal(JSON.parse(text as string), { repositories: [{ name: '0', url: web }] });
        nonces.add(argumentsOf('withEnvVariable').find(([name]) => name === 'PIPELINE_NONCE')?.[1]);
        assert.equal(readdirSync(join(folder, 'charts')).sort(), Object.keys(fetched), 'and no part0 beside it');
      }
      assert.is(nonces.size, 2);
    }));

  const cases: [repository: string, said: string, code: string][] = [
    [
      web,
      'looks like "https://charts.example.com" is not a valid chart repository or cannot be reached',
      'CHART_DEPENDENCIES',
    ],
    ['oci://charts.example.com', 'dial tcp: lookup charts.example.com: no such host', 'CHART_DEPENDENCIES'],
    [web, 'the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml)', 'CHART'],
    ['@shop', "no repository definition for @shop. Please add them via 'helm repo add'", 'CHART'],
    ['', 'directory charts/part0 not found', 'CHART'],
  ];
  for (const [repository, said, code] of cases)
    test(`ends as ${code} of "${repository}" where Helm says: ${said.slice(0, 60)}`, () =>
      inFolder(async (folder) => {
        writeFiles(folder, chart(repository));
        const { ctx } = engine(1, `Getting updates...\n\nError: ${said}\n`);
        const error = (await rejects(buildDependencies(ctx, folder, folder))) as PipelineError;
        assert.equal(
          [error.code, error.message, error.details],
          [
            code,
            `the dependencies of the chart in ${folder} cannot be had: ${said}`,
            ['Getting updates...', `Error: ${said}`],
          ],
        );
      }));

  test('does not take it for done when one is missing still', () =>
    inFolder(async (folder) => {
      writeFiles(folder, chart(web, web));
      const { ctx } = engine(0, '', { 'part1-1.0.0.tgz': '' });
      await rejects(buildDependencies(ctx, folder, folder), /lacks part0 after helm dependency build$/);
    }));

  test('starts nothing for a folder that is not there', () =>
    inFolder(async (folder) => {
      writeFiles(join(folder, 'chart'), chart('file://../part'));
      const { ctx, argumentsOf } = engine(0, '');
      const error = (await rejects(
        buildDependencies(ctx, join(folder, 'chart'), join(folder, 'chart')),
      )) as PipelineError;
      assert.is(error.code, 'CHART');
      assert.equal(argumentsOf('withExec'), []);
    }));
});
