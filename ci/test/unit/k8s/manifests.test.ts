import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as assert from 'uvu/assert';
import { isMap, isSeq, parse, parseDocument } from 'yaml';
import { root } from '../../../core/program.ts';
import { publicImages } from '../../../targets/publicImages.ts';
import { describe } from '../../harness.ts';

const k8s = join(root, 'k8s');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const yaml = (path: string) => parse(text(path));

/** Every file of the folder, by its path in it. */
const files = readdirSync(k8s, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(k8s, join(entry.parentPath, entry.name)));

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

describe('k8s/', (test) => {
  test('names in a kustomization each manifest there is, and none that is not', () => {
    const named = files
      .filter((file) => file.endsWith('kustomization.yaml'))
      .flatMap((file) => {
        const { resources = [] } = parse(readFileSync(join(k8s, file), 'utf8')) as { resources?: string[] };
        return resources.map((resource) => join(dirname(file), resource));
      });
    const values = files.filter((file) => file.startsWith('ingress/') || file.startsWith('dagger/'));
    const manifests = files.filter((file) => /(?<!kustomization)\.yaml$/.test(file) && !values.includes(file));
    assert.ok(manifests.length >= 8, `${manifests.length} manifests`);
    assert.equal(named.toSorted(), manifests.toSorted());
    assert.equal(values.toSorted(), [
      'dagger/namespace.yaml',
      'dagger/values.yaml',
      'ingress/ingress-nginx-values.yaml',
      'ingress/nginx-ingress-values.yaml',
    ]);
  });

  test('says in each file what it is for, and links from its README to what is there', () => {
    for (const file of files.filter((name) => name.endsWith('.yaml')))
      assert.match(readFileSync(join(k8s, file), 'utf8'), /^ *# [A-Z]/m, file);
    const links = [...text('k8s/README.md').matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => String(link));
    assert.ok(links.length >= 6);
    for (const link of links) assert.ok(existsSync(join(k8s, link)), link);
  });
});

describe('the Role of the deployer', (test) => {
  const document = parseDocument(text('k8s/deployer/role.yaml'));
  const { rules } = document.toJS() as { rules: Rule[] };

  test('has a reason above each rule', () => {
    const nodes = document.get('rules');
    assert.ok(isSeq(nodes) && nodes.items.length === rules.length);
    for (const [index, rule] of nodes.items.entries()) {
      assert.ok(isMap(rule));
      // What is above the first rule is above the list, too.
      const above = rule.commentBefore ?? (index === 0 ? nodes.commentBefore : undefined);
      assert.ok(above?.trim(), `no reason for ${rules[index]?.resources.join(', ')}`);
    }
  });

  test('gives nothing by a wildcard, nothing that gives more rights, and no deletion of data', () => {
    const granted = rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
    );
    assert.ok(granted.length > 50);
    assert.equal(granted.length, new Set(granted).size, 'nothing is given twice');
    const never =
      /\*|escalate|bind|impersonate|deletecollection|pods\/exec|pods\/attach|\/token|roles|rolebindings|namespaces|resourcequotas|limitranges|nodes|persistentvolumes$|delete persistentvolumeclaims|delete configmaps/;
    assert.equal(
      granted.filter((right) => never.test(right)),
      [],
    );
  });

  test('is bound to the deployer of whatever namespace kustomization.yaml names', () => {
    const { subjects, roleRef } = yaml('k8s/deployer/rolebinding.yaml');
    assert.equal(subjects, [{ kind: 'ServiceAccount', name: 'deployer' }]);
    assert.equal([roleRef.kind, roleRef.name], ['Role', 'deployer']);
  });
});

describe('what stands in two places', (test) => {
  test('is the same: the mount options of NFS', () => {
    const { mountOptions } = yaml('k8s/nfs/persistentvolume.yaml').spec;
    assert.equal(mountOptions, yaml('helm-chart/values.yaml').persistence.nfs.mountOptions);
  });

  test('is the same: the resources of a container that states none', () => {
    const [{ default: limits, defaultRequest }] = yaml('k8s/limitrange.yaml').spec.limits;
    const { resources } = yaml('helm-chart/values.yaml');
    assert.equal({ requests: defaultRequest, limits }, resources);
  });

  test('is the same: the class of the ingress controllers', () => {
    const { className } = yaml('helm-chart/values.yaml').ingress;
    const nginx = yaml('k8s/ingress/nginx-ingress-values.yaml').controller;
    const community = yaml('k8s/ingress/ingress-nginx-values.yaml').controller;
    assert.equal([nginx.ingressClass.name, community.ingressClassResource.name], [className, className]);
  });

  test("is the same: the embedded cluster's version, by which PodSecurity is pinned", () => {
    const labels = yaml('k8s/namespace.yaml').metadata.labels;
    const pinned = labels['pod-security.kubernetes.io/enforce-version'];
    assert.is(labels['pod-security.kubernetes.io/enforce'], 'restricted');
    assert.match(pinned, /^v1\.\d+$/);
    assert.match(publicImages.kubernetes, `:${pinned}.`);
  });

  test("is the same: Dagger's version", () => {
    const { dependencies } = JSON.parse(text('package.json')) as { dependencies: Record<string, string> };
    assert.match(text('k8s/dagger/values.yaml'), `--version ${dependencies['@dagger.io/dagger']} `);
  });

  test('fits together: the quota lets all pods of the chart run at once', () => {
    const { hard } = yaml('k8s/resourcequota.yaml').spec;
    const { resources } = yaml('helm-chart/values.yaml');
    const gib = (quantity: string) => Number.parseFloat(quantity) / (quantity.endsWith('Mi') ? 1024 : 1);
    // Five of the app, two more while they are replaced, the migration, four tests.
    const pods = 5 + 2 + 1 + 4;
    assert.ok(Number(hard.pods) >= pods);
    assert.ok(gib(hard['limits.memory']) >= pods * gib(resources.limits.memory));
    assert.ok(gib(hard['requests.memory']) >= pods * gib(resources.requests.memory));
    assert.ok(Number(hard['requests.cpu']) * 1000 >= pods * Number.parseInt(resources.requests.cpu, 10));
  });
});
