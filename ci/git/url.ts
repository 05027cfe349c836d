/** A git URL as the user gave it, taken apart so that a password in it is never passed on, printed or stored. */
export interface GitUrl {
  /** Without user name and password (http and https) or without the password (other schemes): safe to print. */
  url: string;
  username?: string;
  password?: string;
}

/** The transports git is allowed to use: `ext::` runs any command, and the others are helpers this program knows nothing of. */
const schemes = ['https', 'http', 'ssh', 'git', 'file'];

/** user@host:path as ssh has it; a single letter before the colon would be a Windows drive. */
const scpLike = /^(?:[\w.-]+@)?[\w.-]{2,}:(?!\/\/)[^:].*$/;

/**
 * Takes a git URL apart.
 * @param source what the user gave as --source
 * @returns null when it is no URL that git may be handed: a folder, another scheme, an option in disguise
 */
export function gitUrl(source: string): GitUrl | null {
  if (source.startsWith('-') || hasControlCharacter(source)) return null;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(source)?.[1]?.toLowerCase();
  if (!scheme) return scpLike.test(source) ? { url: source } : null;
  if (!schemes.includes(scheme)) return null;
  return scheme === 'file' ? { url: source } : withoutCredentials(source, scheme);
}

/**
 * A text in which no URL shows a user name or password.
 * @param text anything about to be printed or reported, such as git's last line or the setting itself
 */
export function redact(text: string): string {
  // To the last @ of the word: a password that is not encoded as it should be may hold any of / : @ ? # itself.
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s]+@/gi, (whole, scheme: string) =>
    // The login of an ssh URL is part of the address, as in ssh://git@host.
    scheme.toLowerCase() === 'ssh://' && !whole.slice(scheme.length).includes(':') ? whole : `${scheme}***@`,
  );
}

function withoutCredentials(source: string, scheme: string): GitUrl | null {
  const parsed = parse(source);
  if (!parsed || parsed.hostname.startsWith('-')) return null;
  const username = decode(parsed.username);
  const password = decode(parsed.password);
  parsed.password = '';
  if (scheme !== 'http' && scheme !== 'https') return { url: parsed.href };
  parsed.username = '';
  return { url: parsed.href, ...(username && { username }), ...(password && { password }) };
}

function parse(source: string): URL | null {
  try {
    return new URL(source);
  } catch {
    return null;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/**
 * The environment that gives git the credentials of a URL for that host alone. They are in no argument list and in no file.
 * @param remote the URL and what was in it
 * @param given how many settings the environment hands to git already (GIT_CONFIG_COUNT); these come after them
 * @returns nothing when the URL had none: then the user's own credential helpers answer
 */
export function credentials({ url, username, password }: GitUrl, given = 0): Record<string, string> {
  if (username === undefined && password === undefined) return {};
  const context = `credential.${new URL(url).origin}`;
  const settings: [string, string][] = username === undefined ? [] : [[`${context}.username`, username]];
  if (password !== undefined) {
    // The empty value drops the user's own helpers, which would answer first.
    settings.push([`${context}.helper`, ''], [`${context}.helper`, helper]);
  }
  return {
    GIT_CONFIG_COUNT: String(given + settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${given + index}`, key],
        [`GIT_CONFIG_VALUE_${given + index}`, value],
      ]),
    ),
    PIPELINE_GIT_PASSWORD: password ?? '',
  };
}

const helper = `!f() { test "$1" = get && printf 'password=%s\\n' "$PIPELINE_GIT_PASSWORD"; }; f`;

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
