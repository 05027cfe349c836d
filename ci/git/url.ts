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
