import type { Finding } from './finding.ts';

/** One entry of hadolint's `--format json`. */
interface Entry {
  code: string;
  level: string;
  line: number;
  message: string;
}

/**
 * Reads what hadolint has to say.
 * @param output of `hadolint --format json`
 * @param file the Dockerfile, as people know it
 * @param own whether it is the application's: it has built images before, and whoever delivers it may not be who wrote it
 * @throws SyntaxError when it is no JSON
 */
export function dockerfileFindings(output: string, file: string, own: boolean): Finding[] {
  return (JSON.parse(output) as Entry[]).map(({ code, level, line, message }) => ({
    tool: 'hadolint',
    level: levelOf(code, level, own),
    file,
    line,
    rule: code,
    message,
  }));
}

// Whether a Dockerfile can be read is for the builder to say: it may know a syntax that hadolint has not learnt yet (DL1000).
function levelOf(code: string, level: string, own: boolean): Finding['level'] {
  if (level === 'error') return own || code === 'DL1000' ? 'warning' : 'error';
  return level === 'warning' ? 'warning' : 'info';
}
