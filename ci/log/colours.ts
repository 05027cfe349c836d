import { styleText } from 'node:util';

export type Paint = (style: 'green' | 'red' | 'yellow' | 'cyan' | 'bold' | 'dim', text: string) => string;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Whether to use colours: NO_COLOR beats FORCE_COLOR, and both beat what the stream is.
 * No meaning hangs on a colour alone; every mark has a word beside it.
 */
export function colours(env: Environment, isTTY: boolean): Paint {
  return wanted(env, isTTY) ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
}

function wanted(env: Environment, isTTY: boolean): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return !['0', 'false'].includes(forced);
  return isTTY && env['TERM'] !== 'dumb';
}
