import { isAbsolute, join, normalize } from 'node:path';
import { ours } from '../../app/findDockerfile.ts';
import type { Config } from '../../core/config.ts';
import { gitUrl } from '../../git/url.ts';
import { longestName, nameFrom, nameProblem } from './kubernetesName.ts';
import { complain, type Desk, pathOf, secondsOf, textOf } from './validation.ts';

type Part = Pick<Config, 'source' | 'ref' | 'name' | 'testCommand' | 'testTimeout' | 'dockerfile' | 'settingsModule'>;

/** What to deliver, what it is called and how it is tested and built. */
export function checkSource(desk: Desk): Part {
  const { source, remote } = whereFrom(desk);
  const ref = textOf(desk, 'ref');
  if (ref !== undefined && !remote)
    complain(desk, 'ref', 'only a git URL has refs; of a folder its working tree is taken');
  if (ref !== undefined && /^-|[\s\p{Cc}~^:?*[\\]/u.test(ref))
    complain(desk, 'ref', `"${ref}" is no name that git allows`);
  const testCommand = textOf(desk, 'testCommand');
  const dockerfile = dockerfileOf(desk, remote ? undefined : source);
  const settingsModule = textOf(desk, 'settingsModule');
  if (settingsModule !== undefined && !/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(settingsModule))
    complain(desk, 'settingsModule', `"${settingsModule}" is no module such as shop.settings.production`);
  return {
    source,
    name: nameOf(desk, source, remote),
    testTimeout: secondsOf(desk, 'testTimeout', 1200),
    ...(ref !== undefined && { ref }),
    ...(testCommand !== undefined && { testCommand }),
    ...(dockerfile !== undefined && { dockerfile }),
    ...(settingsModule !== undefined && { settingsModule }),
  };
}

function whereFrom(desk: Desk): { source: string; remote: boolean } {
  const text = textOf(desk, 'source');
  const folder = text === undefined ? desk.facts.defaultSource : pathOf(desk, text);
  const kind = desk.facts.kind(folder);
  if (kind !== 'folder' && text !== undefined && gitUrl(text)) return { source: text, remote: true };
  if (kind === 'file') complain(desk, 'source', `${folder} is a file, not a folder`, 'SOURCE_MISSING');
  if (kind === 'absent') complain(desk, 'source', absent(text, folder), 'SOURCE_MISSING');
  return { source: folder, remote: false };
}

function absent(text: string | undefined, folder: string): string {
  if (text === undefined || text.startsWith('-')) return `there is no folder ${folder}`;
  const scheme = /^([a-z][\w+.-]*):\/\//i.exec(text)?.[1];
  // What stands before an @ may be a password, whatever is in it: that is why this is no URL.
  if (scheme)
    return `${text.replace(/:\/\/.*@/s, '://***@')} is no URL that git can be given (https, ssh, git, file or user@host:path)`;
  if (/^[\w-]+(\.[\w-]+)+\/[^/]+\/[^/]+/.test(text))
    return `there is no folder ${folder}; did you mean https://${text}?`;
  return `there is no folder ${folder}`;
}

/** A working copy is called as the repository is: its folder is called as a build server, or a second copy, needs it. */
function nameOf(desk: Desk, source: string, remote: boolean): string {
  const given = textOf(desk, 'name');
  const problem = given === undefined ? undefined : nameProblem(given, longestName);
  if (problem) complain(desk, 'name', `"${given}" ${problem}`);
  return given ?? nameFrom((remote ? '' : desk.facts.origin(source)) || source);
}

function dockerfileOf(desk: Desk, folder: string | undefined): string | undefined {
  const given = textOf(desk, 'dockerfile');
  if (given === undefined || given === ours) return given;
  const path = normalize(given);
  if (isAbsolute(path) || path.startsWith('..'))
    complain(desk, 'dockerfile', `${given} must be a path inside the source`);
  else if (
    folder !== undefined &&
    desk.facts.kind(folder) === 'folder' &&
    desk.facts.kind(join(folder, path)) !== 'file'
  )
    complain(desk, 'dockerfile', `there is no file ${path} in ${folder}`);
  return path;
}
