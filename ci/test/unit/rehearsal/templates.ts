import type { ManifestObject } from '../../../helm/manifest.ts';
import type { V1Container, V1PodSpec } from '../../../kube/plain.ts';

/** What a chart renders, as far as a rehearsal looks at it. */

export const digest = `sha256:${'1'.repeat(64)}`;
export const image = { repository: 'ghcr.io/acme/shop', digest };
export const reference = `${image.repository}@${digest}`;

export const web: V1Container = {
  name: 'web',
  image: reference,
  ports: [{ name: 'http', containerPort: 8000, hostPort: 80 }],
  env: [{ name: 'A', value: '1' }],
  securityContext: { readOnlyRootFilesystem: true },
  lifecycle: { preStop: { exec: { command: ['sleep', '5'] } } },
  readinessProbe: {
    httpGet: { path: '/health/', port: 'http', httpHeaders: [{ name: 'Host', value: 'shop.example.com' }] },
  },
  startupProbe: { httpGet: { path: '/other/', port: 'http' }, periodSeconds: 2, failureThreshold: 60 },
  volumeMounts: [
    { name: 'data', mountPath: '/data' },
    { name: 'tmp', mountPath: '/tmp' },
  ],
};

export const podSpec: V1PodSpec = {
  serviceAccountName: 'shop',
  priorityClassName: 'high',
  hostNetwork: true,
  securityContext: { runAsUser: 10001 },
  imagePullSecrets: [{ name: 'registry' }],
  nodeSelector: { disk: 'fast' },
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } },
  containers: [web],
  volumes: [
    { name: 'data', persistentVolumeClaim: { claimName: 'shop-data' } },
    { name: 'tmp', emptyDir: {} },
  ],
};

export function deployment(name: string, spec: V1PodSpec, kind = 'Deployment'): ManifestObject {
  const metadata = { labels: { app: name }, annotations: { 'prometheus.io/scrape': 'true', inject: 'yes' } };
  return { apiVersion: 'apps/v1', kind, metadata: { name }, spec: { template: { metadata, spec } } };
}
