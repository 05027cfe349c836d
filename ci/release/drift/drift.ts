import type { KubeConfig } from '@kubernetes/client-node';
import type { Context } from '../../core/context.ts';
import { fieldsOf } from '../../core/values.ts';
import { type ManifestObject, releaseManifest } from '../../helm/manifest.ts';
import { helmManager, type Managed } from '../../kube/managedFields.ts';
import { kubeRequest, type ObjectPath, objectPaths } from '../../kube/request.ts';
import { type Drift, objectDrift } from './objectDrift.ts';

/** How the objects of a release stand to its manifest. */
export interface DriftReport {
  /** What is not as the manifest says. */
  drift: Drift[];
  /** Objects of which nothing can be said, each with the reason. */
  notChecked: string[];
}

/** An object that changes all the time is looked at so often until it holds still. */
const tries = 5;

/**
 * Compares the objects of a revision with those in the cluster. Nothing is changed: each object is applied as Helm 4
 * itself would do it, by a dry run, and the answer is set against the object as it is. So defaults, and what controllers
 * add, are in both.
 * @param revision of the release; its hooks belong to no revision and are not looked at
 * @throws PipelineError CLUSTER when the manifest cannot be read; Error when the API server does not answer
 */
export async function drift(ctx: Pick<Context, 'place'>, revision: number): Promise<DriftReport> {
  const { kube, namespace: own, release } = ctx.place;
  const pathOf = objectPaths(kube);
  const objects = await releaseManifest(ctx, revision);
  const reports = await Promise.all(
    objects.map(async (object) => {
      const { apiVersion, kind, metadata } = object;
      const namespace = metadata.namespace ?? own;
      const where = await pathOf({ apiVersion, kind, name: metadata.name, namespace });
      if (!where) return unchecked(object, `the cluster does not know ${apiVersion}`);
      return compare(kube, where, asHelmApplies(object, release, own, where));
    }),
  );
  return { drift: reports.flatMap((one) => one.drift), notChecked: reports.flatMap((one) => one.notChecked) };
}

async function compare(kube: KubeConfig, { path }: ObjectPath, object: ManifestObject): Promise<DriftReport> {
  const apply = {
    method: 'PATCH' as const,
    contentType: 'application/apply-patch+yaml',
    text: JSON.stringify(object),
  };
  for (let left = tries; left > 0; left--) {
    const live = await kubeRequest(kube, path);
    if (live.status === 404) {
      const name = `${object.kind} ${object.metadata.name}`;
      return { drift: [{ object: name, path: '', meant: 'there', live: 'missing' }], notChecked: [] };
    }
    if (live.status !== 200) return unchecked(object, why(live));
    const applied = await kubeRequest(kube, `${path}?dryRun=All&fieldManager=${helmManager}&force=true`, apply);
    if (applied.status !== 200) return unchecked(object, why(applied));
    const [is, becomes] = [JSON.parse(live.text) as Managed, JSON.parse(applied.text) as Managed];
    // A dry run leaves the version as it finds it: another one means that somebody wrote in between.
    if (is.metadata?.['resourceVersion'] === becomes.metadata?.['resourceVersion'])
      return { drift: objectDrift(object, becomes, is), notChecked: [] };
  }
  return unchecked(object, 'it does not hold still');
}

/** Helm adds these to what the chart rendered (pkg/action/validate.go); without them the apply would remove them. */
function asHelmApplies(
  object: ManifestObject,
  release: string,
  releaseNamespace: string,
  { namespaced }: ObjectPath,
): ManifestObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(namespaced && { namespace: metadata.namespace ?? releaseNamespace }),
      labels: { ...metadata.labels, 'app.kubernetes.io/managed-by': 'Helm' },
      annotations: {
        ...metadata.annotations,
        'meta.helm.sh/release-name': release,
        'meta.helm.sh/release-namespace': releaseNamespace,
      },
    },
  };
}

function unchecked({ kind, metadata }: ManifestObject, reason: string): DriftReport {
  return { drift: [], notChecked: [`${kind} ${metadata.name}: ${reason}`] };
}

/** The API server's own words; for a Secret they may quote its values, so only the reason is taken. */
function why({ status, text }: { status: number; text: string }): string {
  let reason: unknown;
  try {
    reason = fieldsOf(JSON.parse(text))['reason'];
  } catch {
    // A proxy answered.
  }
  return typeof reason === 'string' && reason ? `${reason} (${status})` : `the API server answered ${status}`;
}
