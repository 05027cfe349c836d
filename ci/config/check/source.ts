import { isAbsolute, join, normalize } from 'node:path';
import { ours } from '../../app/findDockerfile.ts';
import type { Config } from '../../core/config.ts';
import { gitUrl } from '../../git/url.ts';
import { longestName, nameFrom, nameProblem } from './kubernetesName.ts';
import { addProblem, pathOf, secondsOf, textOf, type Validation } from './validation.ts';

type Part = Pick<Config, 'source' | 'ref' | 'name' | 'testCommand' | 'testTimeout' | 'dockerfile' | 'settingsModule'>;

/** What to deliver, what it is called and how it is tested and built. */
export function checkSource(validation: Validation): Part {
  const { source, remote } = whereFrom(validation);
  const ref = textOf(validation, 'ref');
  if (ref !== undefined && !remote)
    addProblem(validation, 'ref', 'only a git URL has refs; of a folder its working tree is taken');
  if (ref !== undefined && /^-|[\s\p{Cc}~^:?*[\\]/u.test(ref))
    addProblem(validation, 'ref', `"${ref}" is no name that git allows`);
  const testCommand = textOf(validation, 'testCommand');
  const dockerfile = dockerfileOf(validation, remote ? undefined : source);
  const settingsModule = textOf(validation, 'settingsModule');
  if (settingsModule !== undefined && !/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(settingsModule))
    addProblem(validation, 'settingsModule', `"${settingsModule}" is no module such as shop.settings.production`);
  return {
    source,
    name: nameOf(validation, source, remote),
    testTimeout: secondsOf(validation, 'testTimeout', 1200),
    ...(ref !== undefined && { ref }),
    ...(testCommand !== undefined && { testCommand }),
    ...(dockerfile !== undefined && { dockerfile }),
    ...(settingsModule !== undefined && { settingsModule }),
  };
}

function whereFrom(validation: Validation): { source: string; remote: boolean } {
  const text = textOf(validation, 'source');
  const folder = text === undefined ? validation.facts.defaultSource : pathOf(validation, text);
  const kind = validation.facts.kind(folder);
  if (kind !== 'folder' && text !== undefined && gitUrl(text)) return { source: text, remote: true };
  if (kind === 'file') addProblem(validation, 'source', `${folder} is a file, not a folder`, 'SOURCE_MISSING');
  if (kind === 'absent') addProblem(validation, 'source', absent(text, folder), 'SOURCE_MISSING');
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
function nameOf(validation: Validation, source: string, remote: boolean): string {
  const given = textOf(validation, 'name');
  const problem = given === undefined ? undefined : nameProblem(given, longestName);
  if (problem) addProblem(validation, 'name', `"${given}" ${problem}`);
  return given ?? nameFrom((remote ? '' : validation.facts.origin(source)) || source);
}

function dockerfileOf(validation: Validation, folder: string | undefined): string | undefined {
  const given = textOf(validation, 'dockerfile');
  if (given === undefined || given === ours) return given;
  const path = normalize(given);
  if (isAbsolute(path) || path.startsWith('..'))
    addProblem(validation, 'dockerfile', `${given} must be a path inside the source`);
  else if (
    folder !== undefined &&
    validation.facts.kind(folder) === 'folder' &&
    validation.facts.kind(join(folder, path)) !== 'file'
  )
    addProblem(validation, 'dockerfile', `there is no file ${path} in ${folder}`);
  return path;
}
