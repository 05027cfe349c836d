import { gitUrl } from '../git/url.ts';

/**
 * One name for a repository, however it was cloned: git@host:acme/shop.git, ssh://git@host:22/acme/shop and
 * https://token@host/acme/shop/ are all https://host/acme/shop. It is written into the image, which is to be the same for all.
 * @param remote the URL as git has it
 * @returns '' for a path on somebody's disk: it means nothing to others, and is nobody's business
 */
export function repositoryUrl(remote: string): string {
  const url = address(gitUrl(remote)?.url ?? '');
  if (!url || url.protocol === 'file:') return '';
  const overHttp = url.protocol === 'https:' || url.protocol === 'http:';
  // The port of ssh leads to no page; that of a web server is part of where it is.
  const port = overHttp && url.port ? `:${url.port}` : '';
  const scheme = port ? url.protocol : 'https:';
  const path = url.pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  return `${scheme}//${url.hostname.toLowerCase()}${port}/${path}`;
}

function address(remote: string): URL | null {
  const scpLike = /^(?:[^@/]*@)?([^:/]+):(?!\/\/)(.*)$/.exec(remote);
  return URL.parse(scpLike ? `ssh://${scpLike[1]}/${scpLike[2]}` : remote);
}
