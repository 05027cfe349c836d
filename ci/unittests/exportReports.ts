import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Directory } from '@dagger.io/dagger';
import { messageOf } from '../core/causes.ts';
import type { Context } from '../core/context.ts';
import type { TestCase } from '../core/report.ts';
import { parseJunit } from '../report/parseJunit.ts';

/** Brings JUnit files and output of the tests to the folder of the reports on the host, and reads the former. */
export async function exportReports(
  { config, log }: Pick<Context, 'config' | 'log'>,
  ran: { reports: Directory; output: string },
): Promise<TestCase[]> {
  const folder = join(config.reports, 'junit');
  await mkdir(folder, { recursive: true });
  const output = join(config.reports, 'test.log');
  await writeFile(output, ran.output).catch((error) => log.warn(`${output} could not be written: ${messageOf(error)}`));
  const found = ran.reports.filter({ include: ['**/*.xml'] });
  // Nothing of a run before stays. The pipeline's own JUnit file comes into the same folder at the end.
  await found.export(folder, { wipe: true });
  const files = (await found.glob('**/*.xml')).sort();
  const cases = await Promise.all(
    files.map(async (name) => {
      const parsed = parseJunit(await readFile(join(folder, name), 'utf8'));
      if (!parsed) log.warn(`The JUnit file ${name} is not XML and was left out.`);
      return parsed ?? [];
    }),
  );
  return cases.flat();
}
