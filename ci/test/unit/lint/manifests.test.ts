import * as assert from 'uvu/assert';
import { formatFinding } from '../../../lint/finding.ts';
import { kindSchema, type OpenApi } from '../../../lint/kindSchema.ts';
import { keysOf, locate } from '../../../lint/locate.ts';
import { manifestFindings, renderedKinds } from '../../../lint/manifestFindings.ts';
import { describe } from '../../harness.ts';

const yaml = `---
# Source: django-app/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selectr: {}
  ports:
    - name: http
      port: "80"
---
# Source: django-app/templates/tests/http.yaml
apiVersion: v1
kind: Pod
metadata:
  name: shop
`;

describe('locate', (test) => {
  test('finds the line of a key, in maps and lists, of any document', () => {
    const located = locate(yaml);
    assert.is(located.line(0, ['spec', 'ports', '0', 'port']), 11);
    assert.is(located.line(1, ['metadata', 'name']), 17);
    assert.is(located.line(0, ['spec', 'ports', '7']), 9);
    assert.is(located.line(0, ['nothing']), undefined);
    assert.is(located.line(9, ['spec']), undefined);
  });

  test('reads a text that is empty or broken', () => {
    assert.is(locate('').line(0, ['a']), undefined);
    assert.is(locate('a: [').line(0, ['b']), undefined);
  });

  test('splits JSON pointers', () => {
    assert.equal(keysOf('/spec/a~1b/0'), ['spec', 'a/b', '0']);
    assert.equal(keysOf(''), []);
  });
});

describe('manifestFindings', (test) => {
  const resource = { filename: 'm.yaml', kind: 'Service', name: 'shop', version: 'v1', msg: '' };
  const findings = (resources: object[], template = '') =>
    manifestFindings(JSON.stringify({ resources }), { 'm.yaml': yaml }, 'chart', {
      'templates/service.yaml': template,
    }).map(formatFinding);

  test('leads back to the line of the template, where only one has the key', () => {
    const msg = "x.json#' - at '/spec': validation failed   - at '/spec': additional properties 'selectr' not allowed";
    const invalid = { ...resource, status: 'statusInvalid', msg };
    const said = "error: Service shop, spec.selectr: additional properties 'selectr' not allowed (kubeconform)";
    assert.equal(findings([invalid], 'spec:\n  selectr:\n'), [`chart/templates/service.yaml:2: ${said}`]);
    assert.equal(findings([invalid], 'selectr:\nb:\n  selectr:\n'), [`chart/templates/service.yaml: ${said}`]);
  });

  test('names each fault by its path', () => {
    const msg =
      "failed - at '/spec/ports': validation failed  - at '/spec/ports/0/port': got string, want null or integer - at '': missing property 'x'";
    assert.equal(findings([{ ...resource, status: 'statusInvalid', msg }], 'port:\n'), [
      'chart/templates/service.yaml:1: error: Service shop, spec.ports.0.port: got string, want integer (kubeconform)',
      "chart/templates/service.yaml: error: Service shop: missing property 'x' (kubeconform)",
    ]);
  });

  test('says that the cluster does not know a kind', () => {
    const unknown = {
      ...resource,
      kind: 'Foo',
      version: 'x/v1',
      status: 'statusError',
      msg: 'could not find schema for Foo',
    };
    assert.equal(findings([unknown]), ['chart: error: Foo shop: the cluster knows no Foo in x/v1 (kubeconform)']);
  });

  test('passes what is valid', () => assert.equal(findings([{ ...resource, status: 'statusValid' }]), []));

  test('knows which kinds were rendered, each once', () =>
    assert.equal(renderedKinds([yaml, yaml, '# nothing\n']), [
      { apiVersion: 'v1', kind: 'Service' },
      { apiVersion: 'v1', kind: 'Pod' },
    ]));
});

describe('kindSchema', (test) => {
  const api: OpenApi = {
    definitions: {
      'apps.v1.Deployment': {
        type: 'object',
        required: ['spec'],
        properties: {
          apiVersion: { type: 'string', description: 'long' },
          kind: { type: 'string' },
          spec: { $ref: '#/definitions/apps.v1.Spec' },
        },
        'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
      },
      'apps.v1.Spec': {
        type: 'object',
        properties: {
          replicas: { type: 'integer', format: 'int32' },
          again: { $ref: '#/definitions/apps.v1.Spec' },
          port: { $ref: '#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString' },
          labels: { type: 'object', additionalProperties: { type: 'string' } },
          raw: { type: 'object', properties: { a: { type: 'string' } }, 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
      'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: 'string', format: 'int-or-string' },
      unused: { type: 'object' },
    },
  };

  test('holds all that the kind needs and nothing else', () => {
    const schema = kindSchema(api, 'apps/v1', 'Deployment');
    assert.equal(schema?.required, ['apiVersion', 'kind', 'spec']);
    assert.equal(Object.keys(schema?.['definitions'] as object).sort(), [
      'apps.v1.Deployment',
      'apps.v1.Spec',
      'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    ]);
  });

  test('closes what has named properties, unless it says that it is open', () => {
    const schema = kindSchema(api, 'apps/v1', 'Deployment');
    const spec = (schema?.['definitions'] as OpenApi['definitions'] | undefined)?.['apps.v1.Spec'];
    assert.is(spec?.additionalProperties, false);
    assert.equal(spec?.properties?.['labels'], {
      type: ['object', 'null'],
      additionalProperties: { type: ['string', 'null'] },
    });
    assert.is(spec?.properties?.['raw']?.additionalProperties, undefined);
    assert.equal(spec?.properties?.['replicas'], { type: ['integer', 'null'] });
  });

  test('knows a kind by group, version and name', () => {
    assert.is(kindSchema(api, 'v1', 'Deployment'), undefined);
    assert.is(kindSchema(api, 'apps/v1beta1', 'Deployment'), undefined);
    assert.is(kindSchema(api, 'apps/v1', 'Deploymint'), undefined);
  });
});
