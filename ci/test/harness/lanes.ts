import { basename, join } from 'node:path';

const named = (...names: string[]): readonly string[] => names.map((name) => `${name}.test.ts`);

/** On no cluster, or on one outside of the engine, which all of these lanes share. Each takes about as long as the others. */
const outside = [
  named('kills', 'concurrency', 'trigger'),
  named('rollback', 'jenkins', 'parity', 'failfast'),
  named('chart', 'chartExamples', 'drift', 'foreign', 'native', 'packageDelivery', 'parts'),
];

/**
 * Beside the unit tests. The first ends the engine twice, with all that it has built, and after it the cluster outside: nothing may
 * run meanwhile that needs either, and an engine that builds anew leaves time for what needs none.
 */
const first = [named('engineKill', 'nativeEnd'), named('jenkinsfile', 'jenkinsfileStandIn', 'package', 'badInput')];

/** Files that have their lane by name; all others are on the embedded cluster, or on none. */
export const placed: readonly string[] = [...first, ...outside].flat();

/** @param file path relative to the folder of the tests */
export function isUnitTest(folder: string, file: string): boolean {
  return join(folder, file).split('/').includes('unit');
}

/**
 * Which test files run side by side. Unit tests come first, since they tell in a minute what the others would tell in many; in three
 * processes, because some of them wait, as does an engine that starts. Of the end-to-end tests, those on the embedded cluster have to
 * take turns: the engine lends it to one process at a time. Beside them run those that do not need it, as all of them often wait.
 * @param folder of the tests, such as `ci/test` or `ci/test/unit`
 * @param files paths relative to the folder
 * @returns steps, one after the other; in each, lanes of files
 */
export function lanes(folder: string, files: readonly string[]): string[][][] {
  const unit = files.filter((file) => isUnitTest(folder, file));
  const endToEnd = files.filter((file) => !unit.includes(file));
  const of = (names: readonly string[]) => endToEnd.filter((file) => names.includes(basename(file)));
  const steps = [
    [...[0, 1, 2].map((lane) => unit.filter((_, index) => index % 3 === lane)), ...first.map(of)],
    [endToEnd.filter((file) => !placed.includes(basename(file))), ...outside.map(of)],
  ];
  return steps.map((step) => step.filter((lane) => lane.length > 0)).filter((step) => step.length > 0);
}
