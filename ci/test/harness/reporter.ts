import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../../core/causes.ts';
import { colours } from '../../log/text.ts';
import { junitXml } from '../../report/junitXml.ts';
import { type Result, session, type Test, tally } from './session.ts';

/** Prints results as they come, to stdout, and writes them as JUnit at the end. */
export class Reporter {
  readonly #junitFile = process.env['JUNIT_FILE'] || 'reports/junit.xml';
  readonly #paint = colours(process.env, process.stdout.isTTY ?? false);
  #heading = '';
  #ended = false;

  result(result: Result): void {
    const heading = title(result);
    if (heading !== this.#heading) console.log(`\n${this.#paint('bold', heading)}`);
    this.#heading = heading;
    const mark = result.failure ? this.#paint('red', '✗') : this.#paint('green', '✓');
    console.log(`  ${mark} ${result.name}  ${this.#paint('dim', `${Math.round(result.ms)} ms`)}`);
    printWhy(result);
  }

  /**
   * Prints the failed tests once more, with why (of a long run, often only the end is kept), and the final line, and writes the
   * file; the second time it does nothing.
   * @returns the exit code
   */
  end(): number {
    const { passed, failed } = tally();
    if (!this.#ended) {
      this.#ended = true;
      this.#write();
      const failures = session.results.filter(({ failure }) => failure);
      if (failures.length > 0) console.log('\nFailed:');
      for (const each of failures) {
        console.log(`  ${this.#paint('red', '✗')} ${title(each)} › ${each.name}`);
        printWhy(each);
      }
      console.log(`\n${passed} passed, ${failed} failed`);
    }
    return failed > 0 ? 1 : 0;
  }

  #write(): void {
    const cases = session.results.map((result) => ({
      suite: title(result),
      name: result.name,
      ms: result.ms,
      ...(result.failure
        ? { outcome: 'failed' as const, message: result.failure.message, detail: result.failure.lines.join('\n') }
        : { outcome: 'passed' as const }),
    }));
    try {
      mkdirSync(dirname(this.#junitFile), { recursive: true });
      writeFileSync(this.#junitFile, junitXml('tests', cases));
    } catch (error) {
      console.error(`The report ${this.#junitFile} cannot be written: ${messageOf(error)}`);
    }
  }
}

function printWhy({ failure }: Result): void {
  for (const line of failure?.lines ?? []) console.log(`      ${line}`);
}

/** Failures that belong to no group, or to no file, are not named twice. */
function title({ file, suite }: Test): string {
  return [...new Set([file, suite])].filter(Boolean).join(' › ');
}
