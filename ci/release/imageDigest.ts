/** An image's reference in its parts, such as `localhost:5000/shop:1.0@sha256:…`. */
export interface ImageReference {
  repository: string;
  /** Of the manifest; undefined when only a tag is given. */
  digest: string | undefined;
}

export function parseReference(reference: string): ImageReference {
  const [name = '', digest] = reference.split('@');
  // A colon before a slash belongs to the port of the registry.
  return { repository: name.replace(/:[^:/]*$/, ''), digest };
}

/** What a node says of the image that a container was started from. */
export type RunningImage =
  /** An image as a registry knows it. */
  | { kind: 'manifest'; repository: string; digest: string }
  /** The image's own id, which is the digest of its config and has nothing to do with the manifest's. */
  | { kind: 'config'; id: string }
  | { kind: 'none' };

/**
 * Reads `imageID` of a container's status. The runtimes write:
 * - containerd: `repository@digest`, the first in the alphabet of all under which the node has pulled this very image; its
 *   bare id `sha256:…` when none is known, as with an image that was imported from a file (internal/cri/server/container_status.go,
 *   containerd#8408);
 * - CRI-O: the same, and the id as 64 bare digits from 1.28 on and after its restart (cri-o#5491, cri-o#9987);
 * - Docker by cri-dockerd: `docker-pullable://repository@digest`, or `docker://sha256:…` with the id.
 */
export function parseImageId(imageId: string): RunningImage {
  const text = imageId.replace(/^[a-z-]+:\/\//, '');
  if (text === '') return { kind: 'none' };
  const { repository, digest } = parseReference(text);
  return digest ? { kind: 'manifest', repository, digest } : { kind: 'config', id: text };
}
