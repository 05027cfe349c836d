import { parseReference } from '../core/imageReference.ts';
import { fieldsOf } from '../core/values.ts';
import type { ManifestObject } from '../helm/manifest.ts';
import type { V1Container, V1PodSpec, V1Volume } from '../kube/plain.ts';

/** What makes the pods that serve an application. */
export interface Template {
  /** Such as `Deployment shop`. */
  workload: string;
  annotations: Record<string, string>;
  spec: V1PodSpec;
  /** The container that answers to visitors. */
  serving: V1Container;
}

/** What of an image tells whether a container runs it. */
export interface WantedImage {
  repository: string;
  digest?: string | undefined;
}

/**
 * Finds the Deployment or StatefulSet that serves an image: of several the first that opens a port, since workers open none.
 * @param objects as the chart has rendered them
 * @returns null when none runs the image
 */
export function servingTemplate(objects: readonly ManifestObject[], image: WantedImage): Template | null {
  const found = objects.flatMap((object) => {
    if (object.kind !== 'Deployment' && object.kind !== 'StatefulSet') return [];
    const { template, volumeClaimTemplates = [] } = object['spec'] as {
      template: { metadata?: { annotations?: Record<string, string> }; spec: V1PodSpec };
      volumeClaimTemplates?: { metadata: { name: string } }[];
    };
    const name = object.metadata.name;
    const own = (template.spec.containers ?? []).filter((each) => runsImage(each, image));
    const serving = own.find(opensPort) ?? own[0];
    if (!serving) return [];
    const claimed = volumeClaimTemplates.map(
      ({ metadata }): V1Volume => ({
        name: metadata.name,
        persistentVolumeClaim: { claimName: `${metadata.name}-${name}-0` },
      }),
    );
    const spec = { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claimed] };
    return [{ workload: `${object.kind} ${name}`, annotations: template.metadata?.annotations ?? {}, spec, serving }];
  });
  return found.find(({ serving }) => opensPort(serving)) ?? found[0] ?? null;
}

/** A digest says more than a repository, which a chart may put together with the name of a registry. */
export function runsImage({ image = '' }: V1Container, { repository, digest }: WantedImage): boolean {
  const runs = parseReference(image);
  return digest && runs.digest ? runs.digest === digest : runs.repository === repository;
}

function opensPort({ ports, readinessProbe, startupProbe, livenessProbe }: V1Container): boolean {
  return [readinessProbe, startupProbe, livenessProbe].some((probe) => probe !== undefined) || Boolean(ports?.length);
}

/** A container that runs the chart's migrations, with the pod that it is part of. */
export interface Migration {
  spec: V1PodSpec;
  container: V1Container;
}

/** Whether a container of the image migrates: the word is in its command. */
export function migrates(container: V1Container, image: WantedImage): boolean {
  const words = [...(container.command ?? []), ...(container.args ?? [])].join(' ');
  return (
    runsImage(container, image) && /\bmigrate\b/.test(words) && !/\bgunicorn\b|\buvicorn\b|\brunserver\b/.test(words)
  );
}

/**
 * Finds how the chart migrates: by an init container of the application, or by a Job.
 * @returns null when it is not seen: the image itself may do it, or a person
 */
export function migrationOf(
  objects: readonly ManifestObject[],
  template: Template,
  image: WantedImage,
): Migration | null {
  const own = template.spec.initContainers?.find((each) => migrates(each, image));
  if (own) return { spec: template.spec, container: own };
  const jobs = objects.filter(({ kind }) => kind === 'Job' || kind === 'Pod');
  for (const object of jobs) {
    const outer = fieldsOf(object['spec']);
    const spec = (object.kind === 'Job' ? fieldsOf(outer['template'])['spec'] : outer) as V1PodSpec | undefined;
    const container = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].find((each) =>
      migrates(each, image),
    );
    if (spec && container) return { spec, container };
  }
  return null;
}

/** The image that the container of the same name runs in a live release; of another workload where it has none of that name. */
export function liveServing(
  objects: readonly ManifestObject[],
  next: { objects: readonly ManifestObject[]; image: WantedImage },
): WantedImage | null {
  const template = servingTemplate(next.objects, next.image);
  const repository = { repository: next.image.repository };
  const live = objects.find(({ kind, metadata }) => `${kind} ${metadata.name}` === template?.workload);
  const spec = fieldsOf(fieldsOf(fieldsOf(live?.['spec'])['template'])['spec']) as Partial<V1PodSpec>;
  const same = spec.containers?.find(({ name }) => name === template?.serving.name);
  const serving = same ?? servingTemplate(objects, repository)?.serving;
  return serving?.image === undefined ? null : parseReference(serving.image);
}
