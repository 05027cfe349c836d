import { basename, join } from 'node:path';

const named = (...names: string[]): readonly string[] => names.map((name) => `${name}.test.ts`);

/** On no cluster. */
export const alone = named('badInput', 'image', 'jenkinsfile', 'jenkinsfileStandIn', 'package');

/** On a cluster of their own outside of the engine. */
export const outside = named(
  ...['concurrency', 'jenkins', 'kills', 'native', 'packageDelivery', 'parity', 'rollback', 'trigger'],
);

/** Ends the engine, with all that runs on it. */
export const last = named('engineKill');

/**
 * Which test files run side by side. Unit tests come first, since they tell in a minute what the others would tell in many; in two
 * processes, because some of them wait. Of the end-to-end tests, those on the embedded cluster have to take turns: the engine lends
 * it to one process at a time. Beside them run those that do not need it, as both mostly wait.
 * @param folder of the tests, such as `ci/test` or `ci/test/unit`
 * @param files paths relative to the folder
 * @returns steps, one after the other; in each, lanes of files
 */
export function lanes(folder: string, files: readonly string[]): string[][][] {
  const isOf = (names: readonly string[]) => (file: string) => names.includes(basename(file));
  const unit = files.filter((file) => join(folder, file).split('/').includes('unit'));
  const endToEnd = files.filter((file) => !unit.includes(file));
  const steps = [
    [0, 1].map((lane) => unit.filter((_, index) => index % 2 === lane)),
    [
      endToEnd.filter((file) => !isOf([...alone, ...outside, ...last])(file)),
      endToEnd.filter(isOf(outside)),
      endToEnd.filter(isOf(alone)),
    ],
    [endToEnd.filter(isOf(last))],
  ];
  return steps.map((step) => step.filter((lane) => lane.length > 0)).filter((step) => step.length > 0);
}
