import type { Writable } from 'node:stream';
import type { Client } from '@dagger.io/dagger';
import { withEngineErrors } from './errors.ts';

/**
 * Opens a session with the engine and closes it when `work` has ended.
 * @param env variables for the SDK and the CLI that it starts
 * @param logOutput gets the engine's own words
 */
export async function withSession<T>(
  { env }: { env: Readonly<Record<string, string>> },
  logOutput: Writable,
  work: (dag: Client) => Promise<T>,
): Promise<T> {
  // The SDK and the CLI that it starts read the environment of this process, and offer no other way.
  const restore = addToEnvironment({
    DO_NOT_TRACK: '1',
    DAGGER_NO_UPDATE_CHECK: '1',
    DAGGER_PROGRESS: 'plain',
    ...env,
  });
  try {
    const { connect } = await import('@dagger.io/dagger');
    let result: { value: T } | undefined;
    await withEngineErrors(() =>
      connect(
        async (dag) => {
          result = { value: await work(dag) };
        },
        { LogOutput: logOutput },
      ),
    );
    return (result as { value: T }).value;
  } finally {
    restore();
  }
}

// Whoever looks for an engine after the session must not take this one, which may be gone, for one that the user gave.
function addToEnvironment(added: Record<string, string>): () => void {
  const before = Object.keys(added).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, added);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
