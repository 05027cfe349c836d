import type { GitUrl } from '../git/url.ts';

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
