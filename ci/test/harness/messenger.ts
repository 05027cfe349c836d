import { type Result, tally } from './session.ts';

/** What a process of tests tells the one that started it: each result, and that there are no more. */
export type Message = Result | 'end';

/** In the place of the reporter, where another process prints. */
export class Messenger {
  result(result: Result): void {
    send(result);
  }

  /** @returns the exit code */
  end(): number {
    send('end');
    return tally().failed > 0 ? 1 : 0;
  }
}

function send(message: Message): void {
  process.send?.(message);
}
