import {
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  RbacAuthorizationV1Api,
  type V1PodSpec,
  type V1ResourceRule,
} from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { describe, rejects } from '../harness.ts';
import { type Site, siteOfFile } from './support/site.ts';

const site = siteOfFile();

/** All that the deployer may do in its namespace. What k8s/deployer/role.yaml gives stands there with its reasons. */
const rights = `
configmaps: create get patch update
deployments.apps: create delete get list patch watch
events: list watch
horizontalpodautoscalers.autoscaling: create delete get list patch watch
ingresses.networking.k8s.io: create delete get list patch watch
jobs.batch: create delete list patch watch
leases.coordination.k8s.io: create get update
networkpolicies.networking.k8s.io: create delete get list patch watch
persistentvolumeclaims: create get list patch watch
poddisruptionbudgets.policy: create delete get list patch watch
pods/log: get
pods/portforward: create get
pods: create delete get list patch watch
replicasets.apps: get list watch
secrets: create delete get list patch update watch
selfsubjectaccessreviews.authorization.k8s.io: create
selfsubjectreviews.authentication.k8s.io: create
selfsubjectrulesreviews.authorization.k8s.io: create
serviceaccounts: create delete get list patch watch
services: create delete get list patch watch
`;

/** One line a resource, in the order of the alphabet. */
function linesOf(rules: readonly V1ResourceRule[]): string[] {
  const verbs = new Map<string, Set<string>>();
  for (const { apiGroups = [], resources = [], resourceNames, verbs: more } of rules)
    for (const group of apiGroups)
      for (const resource of resources) {
        const name = `${resource}${group && `.${group}`}${resourceNames?.length ? ` ${resourceNames.join(',')}` : ''}`;
        verbs.set(name, new Set([...(verbs.get(name) ?? []), ...more]));
      }
  return [...verbs].map(([name, all]) => `${name}: ${[...all].sort().join(' ')}`).sort();
}

describe('the deployer', (test) => {
  const container = { name: 'c', image: 'registry.example.com/none' };
  const safe = {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    runAsUser: 10001,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  };
  const pod = (more: object, spec: Partial<V1PodSpec> = {}): V1PodSpec => ({
    ...spec,
    containers: [{ ...container, securityContext: { ...safe, ...more } }],
  });
  const refused = (title: string, why: RegExp | string, attempt: (site: Site) => Promise<unknown>) =>
    test(`cannot ${title}`, async () => {
      const { message } = await rejects(attempt(await site()));
      assert.match(message, /HTTP-Code: 403/);
      assert.match(message, why);
    });
  const core = ({ deployer }: Site) => deployer.makeApiClient(CoreV1Api);
  const rbac = ({ deployer }: Site) => deployer.makeApiClient(RbacAuthorizationV1Api);
  const make = (here: Site, spec: V1PodSpec) =>
    core(here).createNamespacedPod({
      namespace: here.namespace,
      body: { metadata: { generateName: 'try-' }, spec },
      dryRun: 'All',
    });

  test('may do this, and nothing else', async () => {
    const { deployer, namespace, all } = await site();
    const ask = { body: { spec: { namespace } } };
    const { status } = await deployer.makeApiClient(AuthorizationV1Api).createSelfSubjectRulesReview(ask);
    assert.is(status?.incomplete, false);
    assert.equal(linesOf(status?.resourceRules ?? []), rights.trim().split('\n').sort());
    const elsewhere = await deployer
      .makeApiClient(AuthorizationV1Api)
      .createSelfSubjectRulesReview({ body: { spec: { namespace: 'kube-system' } } });
    const everybody = linesOf(elsewhere.status?.resourceRules ?? []);
    assert.equal(
      everybody,
      rights
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('selfsubject')),
    );
    assert.ok(all.cluster.exclusive, 'asked of a real API server');
  });

  test('can make a pod that keeps to the rules', async () => {
    const here = await site();
    const { spec } = await make(here, pod({}));
    assert.equal(spec?.containers[0]?.resources?.limits, { memory: '512Mi' }, 'with the default resources');
  });

  const security = /violates PodSecurity .*restricted:v1\.35/;
  refused('make a privileged pod', security, (here) =>
    make(here, pod({ privileged: true, allowPrivilegeEscalation: true })),
  );
  refused('mount a folder of the node', security, (here) =>
    make(here, pod({}, { volumes: [{ name: 'node', hostPath: { path: '/' } }] })),
  );
  refused('run as root', security, (here) => make(here, pod({ runAsNonRoot: false, runAsUser: 0 })));
  refused('use the network of the node', security, (here) => make(here, pod({}, { hostNetwork: true })));
  refused('mount an export without a claim', security, (here) =>
    make(here, pod({}, { volumes: [{ name: 'x', nfs: { server: 'nfs.example.com', path: '/' } }] })),
  );
  refused('take more memory than the quota has', /exceeded quota/, (here) =>
    make(here, { containers: [{ ...container, securityContext: safe, resources: { limits: { memory: '99Gi' } } }] }),
  );
  refused('open a way in past the ingress', /exceeded quota/, (here) =>
    core(here).createNamespacedService({
      namespace: here.namespace,
      body: { metadata: { name: 'open' }, spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } },
      dryRun: 'All',
    }),
  );

  refused('read Secrets of another namespace', 'cannot list resource', (here) =>
    core(here).listNamespacedSecret({ namespace: 'kube-system' }),
  );
  refused('read Secrets of all namespaces', 'at the cluster scope', (here) => core(here).listSecretForAllNamespaces());
  refused('open a shell in a pod of kube-system', 'pods/exec', (here) =>
    core(here).connectPostNamespacedPodExec({ namespace: 'kube-system', name: 'any', command: 'sh' }),
  );
  refused('open a shell in a pod of its own', 'pods/exec', (here) =>
    core(here).connectPostNamespacedPodExec({ namespace: here.namespace, name: 'any', command: 'sh' }),
  );
  refused('make a ClusterRole', 'clusterroles', (here) =>
    rbac(here).createClusterRole({ body: { metadata: { name: 'mine' }, rules: [] } }),
  );
  refused('add to its own Role', 'roles', (here) =>
    rbac(here).replaceNamespacedRole({
      name: 'deployer',
      namespace: here.namespace,
      body: {
        metadata: { name: 'deployer' },
        rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
      },
    }),
  );
  refused('bind another role to itself', 'rolebindings', (here) =>
    rbac(here).createNamespacedRoleBinding({
      namespace: here.namespace,
      body: {
        metadata: { name: 'mine' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
        subjects: [{ kind: 'ServiceAccount', name: 'deployer', namespace: here.namespace }],
      },
    }),
  );
  refused('make itself a token', 'serviceaccounts/token', (here) =>
    core(here).createNamespacedServiceAccountToken({
      name: 'deployer',
      namespace: here.namespace,
      body: { spec: { audiences: [] } },
    }),
  );
  refused('delete its namespace', 'namespaces', (here) => core(here).deleteNamespace({ name: here.namespace }));
  refused('make a namespace', 'namespaces', (here) =>
    core(here).createNamespace({ body: { metadata: { name: 'mine' } } }),
  );
  refused('take PodSecurity from its namespace', 'namespaces', (here) =>
    core(here).replaceNamespace({ name: here.namespace, body: { metadata: { name: here.namespace, labels: {} } } }),
  );
  refused('lift the quota', 'resourcequotas', (here) =>
    core(here).replaceNamespacedResourceQuota({
      name: 'quota',
      namespace: here.namespace,
      body: { metadata: { name: 'quota' }, spec: { hard: {} } },
    }),
  );
  refused('delete data', 'persistentvolumeclaims', (here) =>
    core(here).deleteNamespacedPersistentVolumeClaim({ name: 'todo-django-app-data', namespace: here.namespace }),
  );
  refused('make a volume', 'persistentvolumes', (here) =>
    core(here).createPersistentVolume({ body: { metadata: { name: 'mine' } } }),
  );
  refused('see nodes', 'nodes', (here) => core(here).listNode());
  refused('see what runs elsewhere', 'deployments', ({ deployer }) =>
    deployer.makeApiClient(AppsV1Api).listDeploymentForAllNamespaces(),
  );
}, 600_000);
