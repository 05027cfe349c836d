import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { isObject } from '../core/values.ts';

/** Another chart that a chart names. */
export interface Dependency {
  name: string;
  /** A version or a range of versions. */
  version: string;
  /** `https://…`, `oci://…`, `file://…`, or '' where it is always in `charts/`. */
  repository: string;
}

/** A chart in `charts/`. */
interface Held {
  /** The name of its folder or archive. */
  entry: string;
  name: string;
  version: string;
}

/** What a chart names. `requirements.yaml` is that of Helm 2, which Helm still reads. */
export function dependenciesOf(chart: string): Dependency[] {
  const older = join(chart, 'requirements.yaml');
  return listIn(existsSync(older) ? older : join(chart, 'Chart.yaml'));
}

/**
 * The dependencies that `charts/` does not hold, or not in the version that Chart.lock or an exact version in Chart.yaml asks for. A range
 * without a lock is held by whatever bears the name: Helm itself looks at no more.
 * @returns their names
 */
export function missingDependencies(chart: string): string[] {
  const locked = ['Chart.lock', 'requirements.lock'].flatMap((name) => listIn(join(chart, name)));
  const held = heldBy(chart);
  return dependenciesOf(chart)
    .filter(({ name, version, repository }) => {
      const lock = locked.find((one) => one.name === name && one.repository === repository);
      const wanted = plain(lock?.version ?? version);
      return !held.some((one) => one.name === name && (!exact.test(wanted) || plain(one.version) === wanted));
    })
    .map(({ name }) => name);
}

/** The entries of `charts/` that `helm dependency build` fetches anew: of two of a name, Helm would take both. */
export function replacedEntries(chart: string): string[] {
  const fetched = dependenciesOf(chart).filter(({ repository }) => repository !== '');
  return heldBy(chart).flatMap(({ entry, name }) => (fetched.some((one) => one.name === name) ? [entry] : []));
}

/** The folders of dependencies that lie on this machine. @param chart the folder that their paths start at */
export function localFolders(chart: string, dependencies: readonly Dependency[]): string[] {
  const paths = dependencies.flatMap(({ repository }) => /^file:\/\/(.*)$/s.exec(repository)?.[1] ?? []);
  return [...new Set(paths.map((path) => resolve(chart, path)))];
}

const exact = /^\d+\.\d+\.\d+([-+][\w.+-]+)?$/;

function plain(version: string): string {
  return version.trim().replace(/^v/, '');
}

function heldBy(chart: string): Held[] {
  const folder = join(chart, 'charts');
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((entry): Held[] => {
    // Those Helm skips.
    if (/^[_.]/.test(entry)) return [];
    const archive = /^(.+?)-(v?\d+\.\d+\.\d+(?:[-+][\w.+-]*)?)\.tgz$/.exec(entry);
    if (archive) return [{ entry, name: archive[1] as string, version: archive[2] as string }];
    const metadata = yamlIn(join(folder, entry, 'Chart.yaml'));
    return metadata ? [{ entry, name: String(metadata['name']), version: String(metadata['version']) }] : [];
  });
}

function listIn(file: string): Dependency[] {
  const list: unknown = yamlIn(file)?.['dependencies'];
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  return (Array.isArray(list) ? list : [])
    .filter(isObject)
    .map((one) => ({ name: text(one['name']), version: text(one['version']), repository: text(one['repository']) }));
}

function yamlIn(file: string): Record<string, unknown> | null {
  if (!existsSync(file)) return null;
  const content: unknown = parse(readFileSync(file, 'utf8'), { uniqueKeys: false });
  return isObject(content) ? content : null;
}
