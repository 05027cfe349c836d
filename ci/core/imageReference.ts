/** An image's name in its parts, such as `localhost:5000/shop:1.0@sha256:…`. */
export interface ImageReference {
  /** With the registry. */
  repository: string;
  tag?: string | undefined;
  /** Of the manifest, `sha256:` and 64 digits; undefined when only a tag is given. */
  digest?: string | undefined;
}

/** Takes a reference apart. What is none comes back as a repository of that name. */
export function parseReference(reference: string): ImageReference {
  const [name = '', digest] = reference.split('@');
  // A colon before a slash belongs to the port of the registry.
  const [, repository = name, tag] = /^(.*):([^:/]*)$/.exec(name) ?? [];
  return { repository, tag, digest };
}

/** Puts it together again. */
export function formatReference({ repository, tag, digest }: ImageReference): string {
  return `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** The first twelve digits of a digest, as people tell one from another; '' where there is none. */
export function shortDigest(reference: string): string {
  return parseReference(reference).digest?.replace(/^.*:/, '').slice(0, 12) ?? '';
}
