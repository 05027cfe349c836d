import { basename, join } from 'node:path';

/** Test files that one process runs, one after the other. */
export interface Lane {
  files: readonly string[];
  /** What may begin, side by side, when it is through. */
  next: readonly Lane[];
}

const named = (...names: string[]): readonly string[] => names.map((name) => `${name}.test.ts`);

/** Ends the cluster outside of the engine, or stops its API server: nobody else may be using it. */
const alone = named('apiAway', 'nativeEnd');

/** On no cluster, or on the one outside of the engine, which all of these lanes share. Each takes about as long as the others. */
const outside = [
  named('kills', 'trigger', 'chartExamples', 'droppedColumn'),
  named('rollback', 'noWayBack', 'failfast', 'boot', 'libraries'),
  named('engineKill', 'chart', 'foreign', 'parity'),
  named(
    'concurrency',
    'jenkins',
    'image',
    'drift',
    'autoscaled',
    'package',
    'packageDelivery',
    'rehearsal',
    'rehearsalElsewhere',
    'native',
    'badInput',
  ),
];

/** Files that have their lane by name; all others are on the embedded cluster, or on none. */
export const placed: readonly string[] = [alone, ...outside].flat();

/** @param file path relative to the folder of the tests */
export function isUnitTest(folder: string, file: string): boolean {
  return join(folder, file).split('/').includes('unit');
}

/**
 * Which test files run side by side. Unit tests in three processes, because some of them wait. Of the end-to-end tests, those on the
 * embedded cluster have to take turns: the engine lends it to one process at a time. Beside them run those that do not need it, as all of
 * them often wait.
 * @param folder of the tests, such as `ci/test` or `ci/test/unit`
 * @param files paths relative to the folder
 * @returns lanes, each with files
 */
export function lanes(folder: string, files: readonly string[]): Lane[] {
  const unit = files.filter((file) => isUnitTest(folder, file));
  const endToEnd = files.filter((file) => !unit.includes(file));
  const of = (names: readonly string[]) => endToEnd.filter((file) => names.includes(basename(file)));
  const lane = (its: readonly string[], next: readonly Lane[] = []): Lane => ({ files: its, next });
  return [
    ...[0, 1, 2].map((third) => lane(unit.filter((_, index) => index % 3 === third))),
    lane(endToEnd.filter((file) => !placed.includes(basename(file)))),
    lane(
      of(alone),
      outside.map((names) => lane(of(names))),
    ),
  ].flatMap(withoutEmpty);
}

function withoutEmpty({ files, next }: Lane): Lane[] {
  const others = next.flatMap(withoutEmpty);
  return files.length > 0 ? [{ files, next: others }] : others;
}
