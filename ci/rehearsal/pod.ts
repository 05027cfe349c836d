import type { ManifestObject } from '../helm/manifest.ts';
import type { V1Affinity, V1Container, V1PodSpec, V1Volume } from '../kube/plain.ts';
import type { ChartChecks } from './chartChecks.ts';
import { pagesOf } from './pages.ts';
import { script } from './scripts.ts';
import { type Migration, migrates, runsImage, type Template, type WantedImage } from './template.ts';
import { isData, state, Volumes } from './volumes.ts';

/** The containers that the rehearsal adds, in their order. */
export const steps = { prepare: 'rehearsal-prepare', migrate: 'rehearsal-migrate', check: 'rehearsal-check' } as const;

/** What a rehearsal is made from. */
export interface Plan {
  name: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** What the new release brings: its image migrates. */
  next: Template;
  migration: Migration | null;
  /** What serves on the migrated copy: the same, or what is live. */
  serve: Template;
  /** Of what serves. */
  image: WantedImage;
  /** Of what migrates. */
  nextImage: WantedImage;
  checks: ChartChecks | null;
  /** Longest time for all of it. */
  seconds: number;
  /** Where the live pods have the data. */
  node: string | null;
  /** Whether a volume with data exists. */
  isThere: (volume: V1Volume) => boolean;
}

/**
 * Puts a pod together that rehearses a release: it copies the data, migrates the copy, serves it by the container of the template as it
 * is, and asks that for pages.
 *
 * Left out are: labels, by which Services and policies find the application; the priority, for which the live pods might have to make
 * room; the host's network and ports, which the live pods have; whatever else runs of the same image, such as a worker, which would take
 * real work; and containers of other images that mount the data, such as a replicator, which would ship the copy as the truth.
 */
export function rehearsalPod(plan: Plan): ManifestObject {
  const { next, serve, checks } = plan;
  const volumes = new Volumes(plan.isThere);
  const of = (spec: V1PodSpec, container: V1Container) => rehearsed(spec, container, volumes);
  const serving = of(serve.spec, serve.serving);
  const kept = (each: V1Container) => mayRun(each, serve, plan.image);
  const sidecars = serve.spec.containers.filter(kept).map((each) => of(serve.spec, each));
  const prepared = (serve.spec.initContainers ?? []).filter(kept).map((each) => of(serve.spec, each));
  const migration = plan.migration ?? { spec: next.spec, container: next.serving };
  const prepare = plainOf(of(next.spec, next.serving), steps.prepare, script('prepare'));
  const migrate = plainOf(of(migration.spec, migration.container), steps.migrate, script('migrate'), commandOf(plan));
  const check = plainOf(
    checks ? of(checks.spec, checks.container) : of(serve.spec, serve.serving),
    steps.check,
    script('check'),
  );
  const asked = JSON.stringify({ ...pagesOf(serve.serving), test: checks?.command ?? [] });
  const serves = serve.serving.command ? 'command' : 'image';
  // Only now all mounts are known.
  const told = { name: 'REHEARSAL', value: JSON.stringify({ state, data: volumes.data(), serves }) };
  const beside = volumes.beside();
  const withData = (container: V1Container, env: V1Container['env'] = []): V1Container => ({
    ...container,
    env: [...(container.env ?? []), ...env],
    volumeMounts: [...(container.volumeMounts ?? []), ...beside],
  });
  const first = withData(prepare, [told]);
  const spec: V1PodSpec = {
    ...placed(serve.spec, plan.node),
    restartPolicy: 'Never',
    activeDeadlineSeconds: plan.seconds,
    terminationGracePeriodSeconds: 1,
    initContainers: [
      { ...first, volumeMounts: [...(first.volumeMounts ?? []), ...volumes.copies()] },
      // What others bring may be what the migration waits for; what the application does it does on the migrated copy.
      ...prepared.filter((each) => !runsImage(each, plan.image)),
      withData(migrate, [told]),
      ...prepared.filter((each) => runsImage(each, plan.image)).map((each) => withData(each)),
    ],
    containers: [withData(serving), ...sidecars, withData(check, [told, { name: 'CHECKS', value: asked }])],
    volumes: volumes.all(),
  };
  const { name, labels } = plan;
  const annotations = { ...quiet(serve.annotations), ...plan.annotations };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels, annotations }, spec };
}

/** How the copy is migrated: as the chart does it, if it says how. What only an entrypoint knows cannot be called. */
function commandOf({ migration }: Plan): string[] {
  const { command, args = [] } = migration?.container ?? {};
  return command ? [...command, ...args] : ['python', 'manage.py', 'migrate', '--noinput'];
}

function rehearsed(spec: V1PodSpec, container: V1Container, volumes: Volumes): V1Container {
  const { lifecycle, ports, env = [], ...rest } = container;
  const { preStop: _, ...begin } = lifecycle ?? {};
  return {
    ...rest,
    ...(lifecycle?.postStart && { lifecycle: begin }),
    ...(ports && { ports: ports.map(({ hostPort: _host, hostIP: _ip, ...port }) => port) }),
    env: [...env.filter(({ name }) => name !== marker), { name: marker, value: '1' }],
    volumeMounts: volumes.mounts(spec, container),
  };
}

/** Tells the application that it is rehearsed: a scheduler or a mailer can stay quiet. */
const marker = 'PIPELINE_REHEARSAL';

/** A container with the environment and the data of another, that runs one of our programs. */
function plainOf(container: V1Container, name: string, source: string, args: readonly string[] = []): V1Container {
  const rest = without(container, [
    'lifecycle',
    'ports',
    'startupProbe',
    'readinessProbe',
    'livenessProbe',
    'args',
    'restartPolicy',
  ]);
  return { ...rest, name, command: ['python', '-c', source, ...args] };
}

/** Whether a container of a template has its place beside the one that serves. */
function mayRun(container: V1Container, template: Template, image: WantedImage): boolean {
  if (container.name === template.serving.name) return false;
  if (migrates(container, image)) return false;
  const isInit = template.spec.initContainers?.includes(container);
  if (runsImage(container, image)) return Boolean(isInit) && container.restartPolicy !== 'Always';
  const data = (template.spec.volumes ?? []).filter(isData).map(({ name }) => name);
  return !container.volumeMounts?.some(({ name }) => data.includes(name));
}

function placed(spec: V1PodSpec, node: string | null): Partial<V1PodSpec> & Pick<V1PodSpec, 'containers'> {
  const rest = without(spec, [
    ...(['affinity', 'topologySpreadConstraints', 'priorityClassName', 'priority'] as const),
    ...(['hostNetwork', 'hostPID', 'hostIPC', 'nodeName'] as const),
  ]);
  // By an affinity and not by name: the scheduler looks whether there is room.
  const here: V1Affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node ?? ''] }] }],
      },
    },
  };
  if (node !== null) return { ...rest, affinity: here };
  const { nodeAffinity } = spec.affinity ?? {};
  return { ...rest, ...(nodeAffinity && { affinity: { nodeAffinity } }) };
}

function without<T extends object, K extends keyof T>(value: T, names: readonly K[]): Omit<T, K> {
  return Object.fromEntries(
    Object.entries(value).filter(([name]) => !(names as readonly string[]).includes(name)),
  ) as Omit<T, K>;
}

/** A pod that is soon gone is not to be measured. */
function quiet(annotations: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => !name.startsWith('prometheus.io/')));
}
