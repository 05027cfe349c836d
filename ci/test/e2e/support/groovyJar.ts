import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '../../../core/values.ts';
import { download } from '../../../toolchain/make/download.ts';
import { paths } from '../../../toolchain/paths.ts';

/** The line of Groovy that Jenkins runs pipelines with. */
const version = '2.4.21';
const digest = 'de65260cf2070442e99882f2f3d72e7531725c1e6a257446cc0cea525c607bd0';
const url = `https://repo.maven.apache.org/maven2/org/codehaus/groovy/groovy-all/${version}/groovy-all-${version}.jar`;

/**
 * Groovy, from Maven Central when it is not in the user's cache folder yet.
 * @returns the path of the jar
 * @throws when it cannot be had, or is not the one that is known here
 */
export async function groovyJar(): Promise<string> {
  const path = join(paths(process.env).root, 'downloads', `groovy-all-${version}.jar`);
  if (existsSync(path) && sha256(readFileSync(path)) === digest) return path;
  const jar = await download(url, digest);
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, jar);
  renameSync(unfinished, path);
  return path;
}
