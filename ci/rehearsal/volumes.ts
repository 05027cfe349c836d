import type { V1Container, V1PodSpec, V1Volume, V1VolumeMount } from '../kube/plain.ts';

/** Where the containers of a rehearsal have what the application does not know of. */
export const inside = '/pipeline-rehearsal';
export const state = `${inside}/state`;
const stateVolume = 'rehearsal-state';

/** What of a volume is no data of the application: it is made with the pod, or is the same for all. */
const harmless = ['emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI', 'ephemeral', 'image'] as const;

/** A volume with data, of which a rehearsal has an empty one in its place, and sees the live one beside it. */
export interface DataVolume {
  /** Of the empty one. */
  name: string;
  source: V1Volume;
  mounts: { path: string; folder: string }[];
}

/** The volumes of a pod that is put together from several templates. */
export class Volumes {
  readonly #others = new Map<string, V1Volume>();
  readonly #data = new Map<string, DataVolume>();
  readonly #prefixes = new Map<V1PodSpec, string>();
  readonly #isThere: (volume: V1Volume) => boolean;

  /** @param isThere whether a volume with data exists; one that does not is made by the first release */
  constructor(isThere: (volume: V1Volume) => boolean) {
    this.#isThere = isThere;
  }

  /** The mounts of a container, of the volumes as they are called here. */
  mounts(spec: V1PodSpec, container: V1Container): V1VolumeMount[] {
    return (container.volumeMounts ?? []).flatMap((mount) => {
      const volume = spec.volumes?.find(({ name }) => name === mount.name);
      if (!volume) return [];
      if (!isData(volume)) return [{ ...mount, name: this.#other(spec, volume) }];
      const data = this.#dataOf(volume);
      const known = data.mounts.some(({ path }) => path === mount.mountPath);
      if (!known) data.mounts.push({ path: mount.mountPath, folder: mount.subPath ?? '' });
      const { readOnly: _, recursiveReadOnly: __, ...writable } = mount;
      return [{ ...writable, name: data.name }];
    });
  }

  /** What every container of the rehearsal has besides: the live data, for reading, and what the first one has found. */
  beside(): V1VolumeMount[] {
    return [
      { name: stateVolume, mountPath: state },
      ...this.#live().map(({ index }) => ({
        name: `rehearsal-live-${index}`,
        mountPath: `${inside}/live/${index}`,
        readOnly: true,
      })),
    ];
  }

  /** The copies as a whole, for the one that makes them. */
  copies(): V1VolumeMount[] {
    return [...this.#data.values()].map(({ name }, index) => ({ name, mountPath: `${inside}/copy/${index}` }));
  }

  /** For prepare.py. */
  data(): { live: string | null; copy: string; mounts: DataVolume['mounts'] }[] {
    return [...this.#data.values()].map(({ source, mounts }, index) => ({
      live: this.#isThere(source) ? `${inside}/live/${index}` : null,
      copy: `${inside}/copy/${index}`,
      mounts,
    }));
  }

  all(): V1Volume[] {
    return [
      ...this.#others.values(),
      { name: stateVolume, emptyDir: {} },
      ...[...this.#data.values()].map(({ name }) => ({ name, emptyDir: {} })),
      ...this.#live().map(({ index, source }) => ({ ...source, name: `rehearsal-live-${index}` })),
    ];
  }

  #live() {
    return [...this.#data.values()]
      .map(({ source }, index) => ({ index, source }))
      .filter(({ source }) => this.#isThere(source));
  }

  #other(spec: V1PodSpec, volume: V1Volume): string {
    const prefix = this.#prefixes.get(spec) ?? `rehearsal-${this.#prefixes.size}-`;
    this.#prefixes.set(spec, prefix);
    const name = `${prefix}${volume.name}`.slice(0, 63).replace(/-+$/, '');
    this.#others.set(name, { ...volume, name });
    return name;
  }

  #dataOf(volume: V1Volume): DataVolume {
    const key = dataKey(volume);
    const known = this.#data.get(key);
    if (known) return known;
    const data = { name: `rehearsal-data-${this.#data.size}`, source: volume, mounts: [] };
    this.#data.set(key, data);
    return data;
  }
}

/** Pods that name the same claim mean the same data, whatever each calls it. */
export function dataKey(volume: V1Volume): string {
  const { name: _, ...source } = volume;
  return source.persistentVolumeClaim?.claimName ?? JSON.stringify(source);
}

/** Whether a volume holds what outlives the pod. */
export function isData(volume: V1Volume): boolean {
  return !harmless.some((kind) => volume[kind as keyof V1Volume] !== undefined);
}
