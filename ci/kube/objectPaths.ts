import type { KubeConfig } from '@kubernetes/client-node';
import { kubeRequest } from './request.ts';

/** What names an object. */
export interface ObjectName {
  apiVersion: string;
  kind: string;
  name: string;
  /** Of no meaning for kinds that belong to the whole cluster. */
  namespace: string;
}

/** Where the API server has an object. */
export interface ObjectPath {
  path: string;
  namespaced: boolean;
}

interface Resource {
  name: string;
  kind: string;
  namespaced: boolean;
}

/**
 * Finds the paths of objects by what the API server says about its kinds; it is asked once for each group and version.
 * @returns a function that answers null for a kind that the cluster does not know
 */
export function objectPaths(kube: KubeConfig): (object: ObjectName) => Promise<ObjectPath | null> {
  const known = new Map<string, Promise<Resource[]>>();
  return async ({ apiVersion, kind, name, namespace }) => {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    if (!known.has(base)) known.set(base, resources(kube, base));
    // A name with a slash is a part of an object, such as its scale.
    const found = (await known.get(base))?.find((one) => one.kind === kind && !one.name.includes('/'));
    if (!found) return null;
    const inside = found.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    return { path: `${base}${inside}/${found.name}/${encodeURIComponent(name)}`, namespaced: found.namespaced };
  };
}

async function resources(kube: KubeConfig, base: string): Promise<Resource[]> {
  const { status, text } = await kubeRequest(kube, base);
  if (status === 404) return [];
  if (status !== 200) throw new Error(`${base} answered ${status}`);
  return (JSON.parse(text) as { resources: Resource[] }).resources;
}
