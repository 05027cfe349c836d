import type { ManifestObject } from '../../helm/manifest.ts';
import { differences } from '../differences.ts';
import { type Path, pathText } from '../fieldPath.ts';
import { shownValue } from '../shownValue.ts';
import { additionsByHand, isByHand, isMeant, type Managed, type ManagedFields, ownersOf } from './managedFields.ts';

/** One thing that is not as the manifest says. */
export interface Drift {
  /** Such as `Deployment shop`. */
  object: string;
  /** Such as `spec.template.spec.containers[web].image`; empty for the object itself. */
  path: string;
  meant: string;
  live: string;
  /** Who set it and when, as far as the API server knows; of what was removed it does not. */
  by?: string;
  /** Only of what was added beside the manifest, so that no upgrade takes it away: when that was, in ISO 8601. */
  addedAt?: string;
}

/**
 * What of an object is not as its manifest says.
 * @param object from the manifest
 * @param applied what the server answers to the object's apply
 * @param live the object as it is
 */
export function objectDrift(object: ManifestObject, applied: Managed, live: Managed): Drift[] {
  const name = `${object.kind} ${object.metadata.name}`;
  const shown = (path: Path, value: unknown) => shownValue(object.kind, path, value);
  const changed = differences(applied, live).flatMap(({ path, meant, live: is }): Drift[] => {
    const [owner] = ownersOf(live, path);
    if (!isMeant(path) || isScaling(path, owner)) return [];
    return [{ object: name, path: pathText(path), ...words(shown, path, meant, is), ...by(owner) }];
  });
  const added = additionsByHand(live, applied).map(({ path, live: is, by: owner }) => ({
    ...{ object: name, path: pathText(path) },
    ...words(shown, path, undefined, is),
    ...by(owner),
    ...(owner.time && { addedAt: owner.time }),
  }));
  const deleted = live.metadata?.['deletionTimestamp'];
  return deleted ? [{ object: name, path: '', meant: 'there', live: 'being deleted' }] : [...changed, ...added];
}

/** Of what is not shown it is said at least which of the two it lacks. */
function words(shown: (path: Path, value: unknown) => string, path: Path, meant: unknown, live: unknown) {
  const texts = { meant: shown(path, meant), live: shown(path, live) };
  return texts.meant === texts.live ? { ...texts, live: 'changed' } : texts;
}

/** An autoscaler sets replicas through the object's scale; so does `kubectl scale`, but that is somebody's hand. */
function isScaling(path: Path, owner: ManagedFields | undefined): boolean {
  return pathText(path) === 'spec.replicas' && owner?.subresource === 'scale' && !isByHand(owner);
}

function by(owner: ManagedFields | undefined): { by?: string } {
  return owner ? { by: `${owner.manager}${owner.time ? ` at ${owner.time}` : ''}` } : {};
}
