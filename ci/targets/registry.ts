import type { Container } from '@dagger.io/dagger';
import type { RegistryRequest } from './registryRequest.ts';

/** Where images are pushed, given or embedded. */
export interface Registry {
  /** In words, for the report. */
  description: string;
  /** What comes before the image's name, such as `ghcr.io/acme`. */
  repositoryPrefix: string;
  /**
   * Pushes a container as `repository:tag`.
   * @param repository begins with `repositoryPrefix`
   * @returns the full reference with its digest, `repository:tag@sha256:…`
   */
  publish(ctr: Container, repository: string, tag: string): Promise<string>;
  /** Its API, asked from this program. */
  request: RegistryRequest;
}

/** In the place of one, for what pushes nothing. */
export const noRegistry: Registry = {
  description: 'no registry',
  repositoryPrefix: '',
  publish: () => Promise.reject(new Error('there is no registry to push to')),
  request: () => Promise.reject(new Error('there is no registry to ask')),
};
