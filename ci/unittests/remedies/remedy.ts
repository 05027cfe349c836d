import type { Container } from '@dagger.io/dagger';
import type { App } from '../../app/detectApp.ts';
import type { Context, Step } from '../../core/context.ts';
import type { TestCase } from '../../core/report.ts';

/** Tests that did not pass, in this repository's image. */
export interface Ran extends Pick<Context, 'dag' | 'images' | 'ensureImage' | 'runId'> {
  image: Container;
  app: App;
  /** From JUnit; none where not one test ran. */
  cases: readonly TestCase[];
  /** What they printed, both streams. */
  output: string;
}

/** What tests get that lacked something which is not theirs: whoever runs them by hand has it on his machine. */
export interface Help {
  step: Step;
  /** What it is, for the report. */
  note: string;
}

/** Looks for one thing that tests may lack. @returns null where it is not that */
export type Remedy = (ran: Ran) => Promise<Help | null>;

/** Looks for a text in what tests printed, and among the reasons why they failed. */
export function says({ cases, output }: Pick<Ran, 'cases' | 'output'>, pattern: RegExp): RegExpExecArray | null {
  return pattern.exec([output, ...cases.map(({ message }) => message ?? '')].join('\n'));
}
