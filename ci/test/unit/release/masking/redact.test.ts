import * as assert from 'uvu/assert';
import { redact, redactManifest, redactText, secretsIn } from '../../../../release/masking/redact.ts';
import { describe } from '../../../harness.ts';

const manifest = (password: string, more = '') => `---
# Source: shop/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata: { name: shop }
data:
  encoded: ${Buffer.from(`${password}-encoded`).toString('base64')}
stringData:
  password: ${password}
  file: |
    first-line-of-${password}
    x
---
apiVersion: v1
kind: ConfigMap
metadata: { name: shop }
data:
  API_TOKEN: ${password}
  DEBUG: "0"
${more}`;

describe('redact', (test) => {
  test('hides the values of a Secret, and keeps their names', () => {
    assert.equal(redact({ kind: 'Secret', data: { a: 'YQ==' }, stringData: { b: 'c' }, type: 'Opaque' }), {
      kind: 'Secret',
      data: { a: '***' },
      stringData: { b: '***' },
      type: 'Opaque',
    });
    assert.equal(redact({ kind: 'Secret', data: null }), { kind: 'Secret', data: null });
  });

  test('hides variables and keys whose names tell that they hold a secret, at any depth', () => {
    const env = [
      ...['SECRET_KEY', 'DB_PASSWORD', 'PGPASSWD', 'API_TOKEN', 'AWS_ACCESS_KEY_ID', 'SENTRY_DSN', 'Authorization'],
      ...['SMTP_PASS', 'SLACK_WEBHOOK', 'PRIVATE_PEM'],
      ...['DJANGO_SETTINGS_MODULE', 'DEBUG'],
    ].map((name) => ({ name, value: `of ${name}` }));
    const pod = redact({ kind: 'Pod', spec: { initContainers: [{ env }] } }) as {
      spec: { initContainers: { env: { name: string; value: string }[] }[] };
    };
    assert.equal(
      pod.spec.initContainers[0]?.env.filter(({ value }) => value !== '***').map(({ name }) => name),
      ['DJANGO_SETTINGS_MODULE', 'DEBUG'],
    );
    const reference = { name: 'SECRET_KEY', valueFrom: { secretKeyRef: { name: 'shop', key: 'key' } } };
    assert.equal(redact({ kind: 'Pod', env: [reference] }), { kind: 'Pod', env: [reference] });
    assert.equal(redact({ kind: 'ConfigMap', data: { api_token: 'x', mode: 'y' } }), {
      kind: 'ConfigMap',
      data: { api_token: '***', mode: 'y' },
    });
  });

  test('hides credentials in URLs, wherever they stand', () => {
    assert.is(redactText('at postgres://ann:pass@db:5432/x, ok'), 'at postgres://***@db:5432/x, ok');
    assert.is(redactText('redis://:word@cache'), 'redis://***@cache');
    assert.is(redactText('https://example.org:80/a@b'), 'https://example.org:80/a@b');
    const env = (one: string, other: string) => [
      { name: 'BROKER', value: one },
      { name: 'DATABASE_URL', value: other },
    ];
    assert.equal(redact({ kind: 'Pod', env: env('amqp://a:b@c', 'mysql://a:b@c') }), {
      kind: 'Pod',
      env: env('amqp://***@c', '***'),
    });
  });

  test('drops what repeats the object or fills pages', () => {
    const metadata = {
      name: 'shop',
      managedFields: [{ manager: 'helm' }],
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"stringData":{"a":"b"}}', kept: 'yes' },
    };
    assert.equal(redact({ kind: 'Pod', metadata }), {
      kind: 'Pod',
      metadata: { name: 'shop', annotations: { kept: 'yes' } },
    });
  });
});

describe('redactManifest', (test) => {
  test('shows objects without their secrets', () => {
    const shown = redactManifest(manifest('super-secret'));
    assert.not.match(shown, /super-secret/);
    assert.match(shown, /^# Secret shop\n/);
    assert.match(shown, /\n {2}password: "\*\*\*"\n/);
    assert.match(shown, /DEBUG: "0"/);
  });

  test('says which values of a Secret are others than before', () => {
    const shown = redactManifest(manifest('new-secret'), manifest('old-secret'));
    assert.match(shown, /password: "\*\*\* \(changed\)"/);
    assert.match(shown, /encoded: "\*\*\* \(changed\)"/);
    assert.not.match(redactManifest(manifest('same'), manifest('same')), /changed/);
    assert.not.match(redactManifest(manifest('first'), ''), /changed/);
  });
});

describe('secretsIn', (test) => {
  test('finds the plain values of Secrets, line by line, and none that is too short to mean only itself', () => {
    const found = secretsIn(manifest('super-secret'));
    for (const value of ['super-secret', 'super-secret-encoded', 'first-line-of-super-secret'])
      assert.ok(found.includes(value), value);
    assert.not.ok(found.includes('x'));
    assert.equal(secretsIn('kind: ConfigMap\ndata: { a: long-enough-to-count }'), []);
    assert.equal(secretsIn(''), []);
  });
});
