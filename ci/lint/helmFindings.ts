import type { Finding } from '../core/report.ts';
import { keysOf, locate } from './locate.ts';

/** A values file, for finding the place of a value. */
export interface ValuesText {
  path: string;
  text: string;
}

/** What Helm printed about one set of values. */
export interface HelmOutput {
  /** `helm lint --strict`. */
  lint: string;
  /** The errors of `helm template`. */
  template: string;
}

/**
 * Reads what `helm lint --strict` and `helm template` complain about. Warnings count as errors, as `--strict` says.
 * @param chart the chart's folder, as people know it
 * @param values the values files of the set, from the weakest to the strongest
 */
export function helmFindings({ lint, template }: HelmOutput, chart: string, values: readonly ValuesText[]): Finding[] {
  const found = [...complaints(lint), ...refusals(template)].flatMap(({ file, line, message }): Finding[] => {
    const schema = [...message.matchAll(/- at '([^']*)': (.+)/g)];
    if (schema.length > 0) return schema.map(([, pointer = '', what = '']) => inValues(pointer, what, chart, values));
    return [{ tool: 'helm', level: 'error', file: `${chart}/${file}`, ...(line !== undefined && { line }), message }];
  });
  // lint and template say the same in other words; the first to name a place keeps it.
  const key = ({ file, line, message }: Finding) => `${file}:${line ?? message}`;
  return found.filter((finding, index) => found.findIndex((other) => key(other) === key(finding)) === index);
}

interface Complaint {
  file: string;
  line?: number;
  message: string;
}

/** `[ERROR] templates/: text`, with more lines of text up to the next mark or an empty line. */
function complaints(output: string): Complaint[] {
  const found = output.split(/^(?=\[(?:ERROR|WARNING|INFO)\] )/m).slice(1);
  return found.flatMap((entry) => {
    const [, level, file = '', rest = ''] = /^\[(\w+)\] (\S+): ([\s\S]*?)(?:\n\s*\n|$)/.exec(entry) ?? [];
    return level === 'INFO' || level === undefined ? [] : [placed(rest.trim(), file)];
  });
}

function refusals(output: string): Complaint[] {
  const start = output.search(/^Error: /m);
  if (start < 0) return [];
  const message = output
    .slice(start + 'Error: '.length)
    .replace(/\n+Use --debug flag[\s\S]*$/, '')
    .trim();
  return [placed(message, '')];
}

/** Go's templates name the place as `chart/templates/x.yaml:12:3`; the line is that of the template. */
function placed(message: string, file: string): Complaint {
  const place = /\(?[\w.-]+\/(templates\/[^\s:()]+):(\d+)(?::\d+)?\)?:?\s*/.exec(message);
  if (!place) return { file, message };
  const words = message
    .replace(/^execution error at /, '')
    .replace(place[0], '')
    .trim();
  return { file: place[1] ?? file, line: Number(place[2]), message: words };
}

/** A value that the schema refuses: where it was given, in the strongest file that has it. */
function inValues(pointer: string, what: string, chart: string, values: readonly ValuesText[]): Finding {
  const [, extra] = /^additional propert\w+ '([^']+)'/.exec(what) ?? [];
  const path = [...keysOf(pointer), ...(extra === undefined ? [] : [extra])];
  const message = `value ${path.join('.') || '(all)'}: ${what}`;
  for (const { path: file, text } of [...values].reverse()) {
    const located = locate(text);
    const there = located.documents[0]?.hasIn(path.map((key) => (/^\d+$/.test(key) ? Number(key) : key)));
    const line = there ? located.line(0, path) : undefined;
    if (line !== undefined) return { tool: 'helm', level: 'error', rule: 'schema', file, line, message };
  }
  // Given by --set, then, or missing.
  return { tool: 'helm', level: 'error', rule: 'schema', file: `${chart}/values.yaml`, message };
}
