import type { Images } from '../core/images.ts';

/**
 * The public images, by exact tag. Config may name others; where none can be pulled the toolchain supplies its own.
 * Kubernetes is the version that the toolchain's node has, too.
 */
export const publicImages: Images = {
  python: 'python:{version}-slim',
  tools: 'alpine/helm:4.2.4',
  kubeconform: 'ghcr.io/yannh/kubeconform:v0.8.0-alpine',
  unittest: 'helmunittest/helm-unittest:4.2.3-1.1.2',
  postgres: 'postgres:17.6-alpine',
  mariadb: 'mariadb:11.8.3',
  redis: 'redis:8.2.1-alpine',
  registry: 'registry:3.1.2',
  kubernetes: 'rancher/k3s:v1.35.4-k3s1',
};
