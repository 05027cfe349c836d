import { ReturnType } from '@dagger.io/dagger';
import { type Ran, type Remedy, says } from './remedies/remedy.ts';

/** What Django says of a page whose static files have names that only `collectstatic` knows (ManifestStaticFilesStorage). */
const noManifest = /Missing staticfiles manifest entry/;

/** What WhiteNoise warns of, where warnings count as errors. Elsewhere it is no reason to fail. */
const noFolder = /^(failed on setup with ")?UserWarning: No directory at: /;

/** Where tests lack the static files or their manifest, these are collected, as whoever develops the app once did. */
export const staticFiles: Remedy = async (ran) => {
  if (!lacksThem(ran)) return null;
  const collected = ran.image.withExec(['python', 'manage.py', 'collectstatic', '--noinput'], {
    expect: ReturnType.Any,
  });
  if ((await collected.exitCode()) !== 0) return null;
  return { step: () => collected, note: 'the tests had static files that were collected before' };
};

function lacksThem(ran: Ran): boolean {
  return says(ran, noManifest) !== null || ran.cases.some(({ message }) => noFolder.test(message ?? ''));
}
