import { type Container, ReturnType } from '@dagger.io/dagger';
import * as assert from 'uvu/assert';

/** What a program in the image prints as JSON; as the image's own user, with the image's own Python. */
export async function insideImage<T>(image: Container, script: string): Promise<T> {
  const ran = image.withExec(['python', '-c', script], { expect: ReturnType.Any });
  assert.is(await ran.exitCode(), 0, await ran.stderr());
  return JSON.parse(await ran.stdout()) as T;
}
