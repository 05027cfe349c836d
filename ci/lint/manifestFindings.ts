import type { Document } from 'yaml';
import type { Finding } from '../core/report.ts';
import { keysOf, type Located, locate } from './locate.ts';

/** The templates of the chart, by their path in it. */
export type Templates = Readonly<Record<string, string>>;

/** One entry of kubeconform's `-output json`. */
interface Resource {
  filename: string;
  kind: string;
  name: string;
  version: string;
  status: string;
  /** `… - at '/spec/ports/0': what - at …`. What it lists beside that, by path, goes one level deep only. */
  msg: string;
}

/**
 * Reads what kubeconform complains about, and leads it back to the templates.
 * @param output of `kubeconform -output json`
 * @param manifests what Helm rendered, by the file name that kubeconform saw
 * @param chart the chart's folder, as people know it
 * @throws SyntaxError when it is no JSON
 */
export function manifestFindings(
  output: string,
  manifests: Readonly<Record<string, string>>,
  chart: string,
  templates: Templates,
): Finding[] {
  const { resources = [] } = JSON.parse(output) as { resources?: Resource[] };
  return resources
    .filter(({ status }) => status === 'statusInvalid' || status === 'statusError')
    .flatMap((resource) => {
      const located = locate(manifests[resource.filename] ?? '');
      const index = located.documents.findIndex((document) => is(document, resource));
      const template = templateOf(located, index);
      const what = resource.name ? `${resource.kind} ${resource.name}` : resource.kind || 'manifest';
      return errorsIn(resource.msg).map(({ path, msg }): Finding => {
        const keys = [...keysOf(path), ...(/additional propert\w+ '([^']+)'/.exec(msg)?.slice(1) ?? [])];
        const line = lineInTemplate(templates[template] ?? '', keys.at(-1));
        return {
          tool: 'kubeconform',
          level: 'error',
          file: template ? `${chart}/${template}` : chart,
          ...(line !== undefined && { line }),
          message: `${what}${keys.length > 0 ? `, ${keys.join('.')}` : ''}: ${reason(msg, resource)}`,
        };
      });
    });
}

/** Kinds and API versions of everything that was rendered. */
export function renderedKinds(manifests: Iterable<string>): { apiVersion: string; kind: string }[] {
  const all = new Map<string, { apiVersion: string; kind: string }>();
  for (const text of manifests)
    for (const document of locate(text).documents) {
      const [apiVersion, kind] = [textAt(document, 'apiVersion'), textAt(document, 'kind')];
      if (apiVersion && kind) all.set(`${apiVersion} ${kind}`, { apiVersion, kind });
    }
  return [...all.values()];
}

function errorsIn(text: string): { path: string; msg: string }[] {
  const all = [...text.matchAll(/- at '([^']*)': (.*?)(?=\s+- at '|$)/g)];
  // The levels above the fault only say that there is one below.
  const faults = all.filter(([, , what]) => what !== 'validation failed');
  if (faults.length === 0) return [{ path: '', msg: text }];
  // The schemas allow null almost everywhere; nobody writes it on purpose.
  return faults.map(([, path = '', what = '']) => ({ path, msg: what.replace('want null or ', 'want ') }));
}

function is(document: Document.Parsed, { kind, name, version }: Resource): boolean {
  return (
    textAt(document, 'kind') === kind &&
    textAt(document, 'apiVersion') === version &&
    textAt(document, 'metadata', 'name') === name
  );
}

function textAt(document: Document.Parsed, ...path: string[]): string {
  const value = document.getIn(path);
  return typeof value === 'string' ? value : '';
}

/** Helm writes `# Source: chart/templates/x.yaml` above each document. */
function templateOf({ documents }: Located, index: number): string {
  const document = documents[index];
  const comment = `${document?.commentBefore ?? ''}\n${document?.contents?.commentBefore ?? ''}`;
  return /Source: [^/\s]+\/(\S+)/.exec(comment)?.[1] ?? '';
}

/** The line of a key that the template writes once only: any other guess would send people to the wrong place. */
function lineInTemplate(template: string, key: string | undefined): number | undefined {
  if (key === undefined || /^\d+$/.test(key)) return undefined;
  const lines = template.split('\n').flatMap((line, index) => {
    const [, found] = /^\s*(?:- )?"?([\w./-]+)"?:/.exec(line) ?? [];
    return found === key ? [index + 1] : [];
  });
  return lines.length === 1 ? lines[0] : undefined;
}

function reason(msg: string, { kind, version }: Resource): string {
  if (/could not find schema/.test(msg)) return `the cluster knows no ${kind} in ${version}`;
  return msg;
}
