import { ReturnType } from '@dagger.io/dagger';
import { type Remedy, says } from './remedy.ts';

/** What Django says of a page whose static files have names that only `collectstatic` knows (ManifestStaticFilesStorage). */
const noManifest = /Missing staticfiles manifest entry/;

/** Where pages lack the manifest of static files, these are collected, as whoever develops the app once did. */
export const staticFiles: Remedy = async (ran) => {
  if (!says(ran, noManifest)) return null;
  const collected = ran.image.withExec(['python', 'manage.py', 'collectstatic', '--noinput'], {
    expect: ReturnType.Any,
  });
  if ((await collected.exitCode()) !== 0) return null;
  return { step: () => collected, note: 'the tests had static files that were collected before' };
};
