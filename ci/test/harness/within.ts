/**
 * Waits for work, but not longer than the limit.
 * @param work receives a signal that is aborted when the time is over, so that it can clean up behind itself
 * @param limitMs milliseconds
 * @throws what the work throws, or an error that names the limit
 */
export async function within(limitMs: number, work: (signal: AbortSignal) => unknown): Promise<void> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`did not finish within ${limitMs} ms`);
      controller.abort(error);
      reject(error);
    }, limitMs);
  });
  try {
    await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
