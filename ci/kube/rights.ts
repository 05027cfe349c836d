import { AuthorizationV1Api, type KubeConfig } from '@kubernetes/client-node';
import { PipelineError } from '../core/errors.ts';
import { within } from '../core/waiting.ts';

/** What Helm does with its records of a release, whatever is in the chart. Which rights the rest takes, only the chart knows. */
const verbs = ['get', 'list', 'create', 'update', 'delete'];

const timeout = 10_000;

/**
 * Asks the cluster whether a release can be recorded in the namespace, before tests and a build have taken their time.
 * @throws PipelineError FORBIDDEN naming all that is missing
 */
export async function requireRights(kube: KubeConfig, namespace: string): Promise<void> {
  const api = kube.makeApiClient(AuthorizationV1Api);
  const allowed = async (verb: string) => {
    const resourceAttributes = { namespace, verb, resource: 'secrets' };
    const { status } = await api.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } });
    return status?.allowed !== false;
  };
  // A cluster that does not tell may still let it happen.
  const asked = verbs.map(async (verb) => ({ verb, may: await within(timeout, allowed(verb)).catch(() => true) }));
  const missing = (await Promise.all(asked)).filter(({ may }) => !may).map(({ verb }) => verb);
  if (missing.length === 0) return;
  throw new PipelineError(
    'FORBIDDEN',
    `the user of the kubeconfig may not ${missing.join(', ')} secrets in namespace ${namespace}`,
    { details: ['Helm keeps its releases in them.'] },
  );
}
