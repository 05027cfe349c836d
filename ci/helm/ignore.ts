import { PipelineError } from '../core/errors.ts';

/** Whether Helm leaves a file or folder of a chart out. */
export type Ignores = (path: string, isFolder: boolean) => boolean;

interface Rule {
  negated: boolean;
  foldersOnly: boolean;
  matches: (path: string) => boolean;
}

/** Helm's own rule for every chart. */
const always = 'templates/.?*';

/**
 * Reads a `.helmignore` as Helm does (pkg/ignore). It looks like .gitignore, and is not: the first rule that holds decides, `*` stays
 * within a folder, there is no `**`, and `!name` leaves out all that is *not* of that name.
 * @returns the decision for a path relative to the chart, with slashes
 * @throws CHART for a rule that Helm does not take
 */
export function helmIgnore(text: string): Ignores {
  const lines = text.replace(/^\ufeff/, '').split('\n');
  const rules = [...lines, always].flatMap((line) => parseRule(line.trim()));
  return (path, isFolder) => {
    for (const { negated, foldersOnly, matches } of rules) {
      const other = foldersOnly && !isFolder;
      if (negated ? other || !matches(path) : !other && matches(path)) return true;
    }
    return false;
  };
}

function parseRule(line: string): Rule[] {
  if (line === '' || line.startsWith('#')) return [];
  const unusable = (why: string) => new PipelineError('CHART', `.helmignore: ${line}: ${why}`);
  if (line.includes('**')) throw unusable('Helm knows no **');
  const negated = line.startsWith('!');
  const bare = line.slice(negated ? 1 : 0);
  const foldersOnly = bare.endsWith('/');
  const glob = foldersOnly ? bare.slice(0, -1) : bare;
  const pattern = globPattern(glob.replace(/^\//, ''));
  if (!pattern) throw unusable('Helm cannot read that pattern');
  const inWholePath = glob.includes('/');
  const matches = (path: string) => pattern.test(inWholePath ? path : path.slice(path.lastIndexOf('/') + 1));
  return [{ negated, foldersOnly, matches }];
}

/** A pattern of Go's filepath.Match. @returns null for one that it refuses */
function globPattern(glob: string): RegExp | null {
  const piece = /\\(.)|(\*)|(\?)|\[(\^?)((?:\\.|[^\\\]])+)\]|([^\\[])/gsuy;
  let source = '';
  let end = 0;
  for (const match of glob.matchAll(piece)) {
    const [whole, escaped, star, any, not, set, plain] = match;
    end = match.index + whole.length;
    if (star) source += '[^/]*';
    else if (any) source += '[^/]';
    else if (set !== undefined) source += `[${not}${classOf(set)}]`;
    else source += literally((escaped ?? plain) as string);
  }
  try {
    return end === glob.length ? new RegExp(`^${source}$`, 'su') : null;
  } catch {
    return null;
  }
}

/** The inside of a class: all but a range's dash stands for itself. */
function classOf(set: string): string {
  return set.replace(/\\(.)|([^\\])/gsu, (_, escaped?: string, plain?: string) =>
    plain === '-' ? plain : literally((escaped ?? plain) as string),
  );
}

function literally(character: string): string {
  const code = character.charCodeAt(0);
  return /\w/.test(character) || code > 127 ? character : `\\x${code.toString(16).padStart(2, '0')}`;
}
