import { Writable } from 'node:stream';
import { portForward } from '../../../commands/up.ts';
import type { Context } from '../../../core/context.ts';

/** Asks the app that is live for a page, the way `up` lets a browser do it. */
export async function visit(
  ctx: Pick<Context, 'place' | 'log'>,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; text: string }> {
  const controller = new AbortController();
  const url = Promise.withResolvers<string>();
  const stdout = new Writable({
    write(chunk, _, done) {
      url.resolve(String(chunk).trim());
      done();
    },
  });
  const serving = portForward({ ...ctx, signal: controller.signal }, stdout);
  serving.catch((error) => url.reject(error));
  try {
    const response = await fetch(new URL(path, await url.promise), init);
    return { status: response.status, text: await response.text() };
  } finally {
    controller.abort();
    await serving.catch(() => {});
  }
}
