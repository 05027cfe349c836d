import { type Container, ReturnType } from '@dagger.io/dagger';
import type { App } from '../app/detectApp.ts';
import type { Ran } from './remedies/remedy.ts';

const script = 'from django.db import connection; connection.ensure_connection()';

/** Seconds. A server that is there answers at once. */
const limit = '20';

/**
 * Connects to the database of an app's settings, before its tests do: without it a large suite fails test by test, until its time is over.
 * @param nonce different in every run, since a server may be there or not
 * @returns what was said where that failed, for whatever reason; null where it did not, or the app has no driver of a server
 */
export async function tryDatabase(
  image: Container,
  { databaseServer, settingsModule }: Pick<App, 'databaseServer' | 'settingsModule'>,
  nonce: string,
): Promise<Pick<Ran, 'cases' | 'output'> | null> {
  if (!databaseServer || settingsModule === null) return null;
  const tried = image
    .withEnvVariable('DJANGO_SETTINGS_MODULE', settingsModule)
    .withEnvVariable('PIPELINE_RUN_ID', nonce)
    .withExec(['timeout', limit, 'python', '-c', script], { expect: ReturnType.Any });
  return (await tried.exitCode()) === 0 ? null : { cases: [], output: await tried.stderr() };
}
