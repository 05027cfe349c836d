import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { messageOf } from '../core/causes.ts';

/**
 * A file for somebody else's words. What cannot be written is dropped: a full disk must not end a run in the middle of an upgrade,
 * nor may whoever writes here be held up.
 * @param complain told once why the rest is missing
 */
export function logFile(path: string, complain: (text: string) => void): Writable {
  let broken = false;
  const giveUp = (error: unknown) => {
    if (!broken) complain(`${path} is not complete: ${messageOf(error)}`);
    broken = true;
  };
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    giveUp(error);
  }
  const file = createWriteStream(path).on('error', giveUp);
  const then = (done: () => void) => (error?: Error | null) => {
    if (error) giveUp(error);
    done();
  };
  return new Writable({
    write: (chunk, _, done) => void (broken ? done() : file.write(chunk, then(done))),
    final: (done) => void (broken ? done() : file.end(then(done))),
  });
}
