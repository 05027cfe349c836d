import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { type Directory, ReturnType } from '@dagger.io/dagger';
import { VersionApi } from '@kubernetes/client-node';
import type { Context } from '../core/context.ts';
import type { Finding } from '../core/report.ts';
import type { Chart } from '../helm/chart.ts';
import { type RenderedSet, renderChart } from '../helm/render.ts';
import { releaseValues } from '../helm/values.ts';
import { retryCall } from '../kube/retry.ts';
import type { Linted } from './finding.ts';
import { helmFindings } from './helmFindings.ts';
import { kindSchema, openApi } from './kindSchema.ts';
import { manifestFindings, renderedKinds } from './manifestFindings.ts';

type LintContext = Pick<Context, 'dag' | 'config' | 'images' | 'cluster'>;

/**
 * Checks the chart with the values of this release, and with those that it brings along: by Helm itself, and each rendered
 * object against what the cluster says of its kind.
 */
export async function lintChart(ctx: LintContext, source: { directory: Directory; chart: Chart }): Promise<Linted> {
  const chart = relative(process.cwd(), ctx.config.chart) || '.';
  const values = await releaseValues(ctx, source);
  const { gitVersion } = await retryCall(() => ctx.cluster.kube.makeApiClient(VersionApi).getCode());
  const { folder, sets } = await renderChart(ctx, source.chart, values, gitVersion);
  const given = await Promise.all(values.files.map(async ({ path, file }) => ({ path, text: await file.contents() })));
  const complaints = sets.flatMap((set) => {
    const own = { path: `${chart}/ci/${set.name}`, text: textIn(ctx.config.chart, `ci/${set.name}`) };
    const found = helmFindings(set, chart, set.name === 'release' ? given : [own]);
    return found.length > 0 || set.passed ? found : [unread(set, chart)];
  });
  const manifests = Object.fromEntries(sets.map((set) => [`/out/${set.name}/manifests.yaml`, set.manifests]));
  const checked = await kubeconform(ctx, folder, manifests, gitVersion);
  const objects = manifestFindings(checked, manifests, chart, templatesOf(ctx.config.chart));
  return {
    findings: [...complaints, ...objects].filter(unique),
    summary: `${sets.length} ${sets.length === 1 ? 'set' : 'sets'} of values against Kubernetes ${gitVersion}`,
  };
}

/** Helm failed, and in no words that we know: all of them, then. */
function unread({ lint, template }: RenderedSet, chart: string): Finding {
  const message = `${template}\n${lint}`.trim() || 'Helm failed without a word';
  return { tool: 'helm', level: 'error', file: chart, message };
}

async function kubeconform(
  { dag, images, cluster }: LintContext,
  folder: Directory,
  manifests: Readonly<Record<string, string>>,
  gitVersion: string,
): Promise<string> {
  const api = await openApi(cluster.kube);
  const schemas = mkdtempSync(join(tmpdir(), 'schemas-'));
  try {
    for (const { apiVersion, kind } of renderedKinds(Object.values(manifests))) {
      const schema = kindSchema(api, apiVersion, kind);
      // kubeconform calls the core group v1, as it stands in front of the first slash.
      const [group = ''] = apiVersion.split('/');
      const into = join(schemas, group, apiVersion.split('/').at(-1) ?? '');
      mkdirSync(into, { recursive: true });
      if (schema) writeFileSync(join(into, `${kind.toLowerCase()}.json`), JSON.stringify(schema));
    }
    const location = '/schemas/{{.Group}}/{{.ResourceAPIVersion}}/{{.ResourceKind}}.json';
    const version = gitVersion.replace(/^v|[-+].*$/g, '');
    return await dag
      .container()
      .from(images.kubeconform)
      .withDirectory('/schemas', dag.host().directory(schemas))
      .withDirectory('/out', folder, { include: ['*/manifests.yaml'] })
      .withExec(
        [
          ...['/kubeconform', '-strict', '-output', 'json', '-kubernetes-version', version],
          ...['-schema-location', location, '/out'],
        ],
        { expect: ReturnType.Any },
      )
      .stdout();
  } finally {
    rmSync(schemas, { recursive: true });
  }
}

function templatesOf(chart: string): Record<string, string> {
  const files = readdirSync(chart, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^templates\/.+\.ya?ml$/.test(path),
  );
  return Object.fromEntries(files.map((path) => [path, textIn(chart, path)]));
}

function textIn(chart: string, path: string): string {
  try {
    return readFileSync(join(chart, path), 'utf8');
  } catch {
    return '';
  }
}

/** The same template rendered from several sets of values has the same fault in each. */
function unique(finding: Finding, index: number, all: readonly Finding[]): boolean {
  const text = JSON.stringify(finding);
  return all.findIndex((other) => JSON.stringify(other) === text) === index;
}
