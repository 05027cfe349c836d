import { CoreV1Api } from '@kubernetes/client-node';
import type { Context } from '../core/context.ts';
import type { ManifestObject } from '../helm/manifest.ts';
import { statusOf } from '../kube/apiError.ts';
import { retryCall } from '../kube/retry.ts';
import { chartChecks } from './chartChecks.ts';
import { CannotRehearse, liveData } from './live.ts';
import { pagesOf } from './pages.ts';
import { type Plan, rehearsalPod } from './pod.ts';
import { withCopies } from './references.ts';
import { type Rehearsed, rehearsalLabel, runPod } from './runPod.ts';
import { migrationOf, servingTemplate, type Template, type WantedImage } from './template.ts';

/** What is to be rehearsed, or serves now. */
export interface Rendered {
  /** All that the chart renders, hooks and tests among them. */
  objects: readonly ManifestObject[];
  image: WantedImage;
}

/** What a rehearsal needs of a run. */
export interface RehearsalContext extends Pick<Context, 'place' | 'signal' | 'runId'> {
  /** Longest time for one pod. */
  seconds: number;
  /** Who runs it, for whoever finds the pod. */
  holder: string;
}

/** The annotation with the holder. */
export const holderAnnotation = 'django-delivery-pipeline/holder';

/**
 * Starts a release beside the live one, on a copy of its data, and looks whether it works.
 * @param next what the new chart renders with the new image; its migrations are run
 * @param old what serves on the migrated copy instead, to see whether it can; absent for the new one itself
 * @throws CannotRehearse where the release or the cluster gives no way to do so
 */
export async function rehearse(ctx: RehearsalContext, next: Rendered, old?: Rendered): Promise<Rehearsed> {
  const { place, runId } = ctx;
  const suffix = `${runId.slice(0, 8)}${old ? '-old' : ''}`;
  const { objects: renamed, copies } = withCopies(next.objects, `${place.release.slice(0, 30)}-${suffix}`);
  const template = templateOf({ ...next, objects: renamed }, 'the chart');
  const serve = old ? templateOf(old, 'the live release') : template;
  const { objects, image } = old ?? { ...next, objects: renamed };
  const migration = migrationOf(renamed, template, next.image);
  // That newer code has changed the database is what is tried out here.
  const checks = chartChecks(objects, image, pagesOf(serve.serving).port, old ? ['ahead'] : []);
  const specs = [template.spec, serve.spec, ...(migration ? [migration.spec] : [])];
  const plan: Plan = {
    name: `${place.release.slice(0, 40).replace(/-+$/, '')}-rehearsal-${suffix}`,
    labels: { [rehearsalLabel]: place.release, 'app.kubernetes.io/managed-by': 'django-delivery-pipeline' },
    annotations: { [holderAnnotation]: ctx.holder },
    ...{ next: template, nextImage: next.image, migration, serve, image, checks, seconds: ctx.seconds },
    ...(await liveData(place, specs)),
  };
  const pod = await withAccount(ctx, rehearsalPod(plan));
  const text = JSON.stringify(pod);
  const needed = copies.filter(({ metadata }) => text.includes(`"${metadata.name}"`));
  return runPod(ctx, pod, needed);
}

function templateOf({ objects, image }: Rendered, whose: string): Template {
  const found = servingTemplate(objects, image);
  if (!found) throw new CannotRehearse(`${whose} has no Deployment or StatefulSet that runs ${image.repository}`);
  return found;
}

/** The account of the first release is not there before it; until then the namespace's own has to do, which has no rights either. */
async function withAccount({ place }: RehearsalContext, pod: ManifestObject): Promise<ManifestObject> {
  const {
    serviceAccountName,
    serviceAccount: _,
    ...spec
  } = pod['spec'] as { serviceAccountName?: string; serviceAccount?: string };
  if (serviceAccountName === undefined) return pod;
  const core = place.kube.makeApiClient(CoreV1Api);
  const request = { namespace: place.namespace, name: serviceAccountName };
  const isThere = await retryCall(() => core.readNamespacedServiceAccount(request)).then(
    () => true,
    (error: unknown) => statusOf(error) !== 404,
  );
  return { ...pod, spec: isThere ? { ...spec, serviceAccountName } : { ...spec, automountServiceAccountToken: false } };
}
