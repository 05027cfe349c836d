import { join } from 'node:path';
import { parse } from 'yaml';
import type { Config } from '../../core/config.ts';
import { didYouMean } from '../suggest.ts';
import { nameProblem } from './kubernetesName.ts';
import { addProblem, listOf, pathOf, secondsOf, textOf, type Validation } from './validation.ts';

type Part = Pick<
  Config,
  'kubeconfig' | 'context' | 'namespace' | 'release' | 'chart' | 'values' | 'set' | 'deployTimeout'
>;

/** Where and how the release is installed. `name` is the default of namespace and release. */
export function checkCluster(validation: Validation, name: string): Part {
  const kubeconfig = kubeconfigOf(validation);
  const context = textOf(validation, 'context');
  if (context !== undefined && kubeconfig === undefined)
    addProblem(validation, 'context', 'has no use without a kubeconfig');
  return {
    namespace: kubernetesNameOf(validation, 'namespace', 63, name),
    // Helm allows 53, which leaves room for the suffixes of its own objects.
    release: kubernetesNameOf(validation, 'release', 53, name),
    chart: checkChart(validation),
    values: valuesOf(validation),
    set: setOf(validation),
    deployTimeout: secondsOf(validation, 'deployTimeout', 300),
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(context !== undefined && { context }),
  };
}

function kubernetesNameOf(
  validation: Validation,
  option: 'namespace' | 'release',
  longest: number,
  byDefault: string,
): string {
  const given = textOf(validation, option);
  const problem = given === undefined ? undefined : nameProblem(given, longest);
  if (problem) addProblem(validation, option, `"${given}" ${problem}`);
  return given ?? byDefault;
}

function valuesOf(validation: Validation): string[] {
  const files = listOf(validation, 'values').map((text) => pathOf(validation, text));
  for (const file of files)
    if (validation.facts.kind(file) !== 'file') addProblem(validation, 'values', `there is no file ${file}`);
  return files;
}

function setOf(validation: Validation): string[] {
  const pairs = listOf(validation, 'set');
  // The value is not shown: some charts take passwords this way.
  for (const pair of pairs)
    if (!/^[^=\s]+=/.test(pair)) addProblem(validation, 'set', 'each must be of the form key=value');
  return [...pairs];
}

function kubeconfigOf(validation: Validation): string | undefined {
  const given = textOf(validation, 'kubeconfig');
  if (given === undefined) return undefined;
  const path = pathOf(validation, given);
  const problem = (text: string) => addProblem(validation, 'kubeconfig', text, 'KUBECONFIG');
  if (validation.facts.kind(path) !== 'file') {
    problem(`there is no file ${path}`);
    return path;
  }
  const contexts = contextsOf(validation, path);
  if (!contexts) {
    problem(`${path} cannot be read as a kubeconfig`);
    return path;
  }
  const context = textOf(validation, 'context');
  const known = contexts.names.join(', ') || 'none';
  if (context === undefined && !contexts.names.includes(contexts.current))
    problem(`${path} has no current context; give --context one of: ${known}`);
  if (context !== undefined && !contexts.names.includes(context))
    addProblem(
      validation,
      'context',
      `"${context}" is not in ${path}${didYouMean(context, contexts.names)} It has: ${known}`,
      'KUBECONFIG',
    );
  return path;
}

/** The names of the contexts. Nothing of the file is ever printed but these: it holds credentials. */
function contextsOf(validation: Validation, path: string): { names: string[]; current: string } | undefined {
  try {
    const file: unknown = parse(validation.facts.read(path));
    if (typeof file !== 'object' || file === null || !('clusters' in file) || !('contexts' in file)) return undefined;
    if (!Array.isArray(file.contexts)) return undefined;
    const names = file.contexts.map((entry: { name?: unknown } | null) => String(entry?.name));
    return { names, current: 'current-context' in file ? String(file['current-context']) : '' };
  } catch {
    return undefined;
  }
}

/** The folder of the chart, whose own description and values can be read. Its templates are Helm's affair. */
export function checkChart(validation: Validation): string {
  const given = textOf(validation, 'chart');
  const chart = given === undefined ? join(validation.facts.repository, 'helm-chart') : pathOf(validation, given);
  const problem = (text: string) => addProblem(validation, 'chart', text, 'CHART');
  const kind = validation.facts.kind(chart);
  if (kind === 'absent') problem(`there is no folder ${chart}`);
  else if (kind === 'file') problem(`${chart} is a file; an unpacked chart is needed`);
  else if (validation.facts.kind(join(chart, 'Chart.yaml')) !== 'file') problem(`${chart} holds no Chart.yaml`);
  else for (const text of unreadable(validation, chart)) problem(text);
  return chart;
}

/** What is wrong with the two files that the pipeline reads itself. */
function unreadable(validation: Validation, chart: string): string[] {
  const read = (name: string): { file: string; content?: unknown; problem?: string } => {
    const file = join(chart, name);
    try {
      return { file, content: parse(validation.facts.read(file)) };
    } catch (error) {
      const [why] = String(error instanceof Error ? error.message : error).split('\n');
      return { file, problem: `${file} cannot be read: ${why?.replace(/:$/, '')}` };
    }
  };
  const description = read('Chart.yaml');
  const { name, version } = (description.content ?? {}) as { name?: unknown; version?: unknown };
  const values = validation.facts.kind(join(chart, 'values.yaml')) === 'file' ? read('values.yaml') : undefined;
  return [
    ...(description.problem ? [description.problem] : []),
    ...(description.problem || (name && version)
      ? []
      : [`${description.file} names no chart: it needs name and version`]),
    ...(values?.problem ? [values.problem] : []),
  ];
}
