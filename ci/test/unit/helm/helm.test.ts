import * as assert from 'uvu/assert';
import { imageArguments } from '../../../helm/chartValues.ts';
import { deployedRevision, pendingRevision } from '../../../helm/history.ts';
import { reason } from '../../../stages/deploy.ts';
import { testSuites } from '../../../stages/verify.ts';
import { describe } from '../../harness.ts';

const revisions = (...statuses: string[]) => statuses.map((status, index) => ({ revision: index + 1, status }));

describe('history', (test) => {
  test('finds the newest deployed revision', () => {
    assert.is(deployedRevision(revisions('superseded', 'deployed', 'failed')), 2);
    assert.is(deployedRevision(revisions('failed')), null);
    assert.is(deployedRevision([]), null);
  });

  test('finds an operation that has not ended, at the end only', () => {
    assert.is(pendingRevision(revisions('deployed', 'pending-upgrade'))?.revision, 2);
    assert.is(pendingRevision(revisions('pending-install', 'deployed')), null);
    assert.is(pendingRevision([]), null);
  });
});

describe('imageArguments', (test) => {
  const image = { repository: 'ghcr.io/acme/shop', tag: 'abc-1', digest: 'sha256:d', reference: '' };
  const values = (args: string[]) => args.filter((word) => word !== '--set-string');

  test('gives the digest to a chart that knows it', () => {
    const args = imageArguments('image:\n  repository: ""\n  tag: ""\n  digest: ""\n', image);
    assert.equal(values(args), ['image.repository=ghcr.io/acme/shop', 'image.tag=abc-1', 'image.digest=sha256:d']);
  });

  test('puts the digest behind the tag for any other chart', () => {
    const expected = ['image.repository=ghcr.io/acme/shop', 'image.tag=abc-1@sha256:d'];
    assert.equal(values(imageArguments('image:\n  tag: latest\n', image)), expected);
    assert.equal(values(imageArguments('', image)), expected);
  });
});

describe("Helm's output", (test) => {
  test('gives its reason without the prefix, and with the lines that a schema adds', () => {
    assert.is(reason(['Release "x"', 'Error: UPGRADE FAILED: timed out']), 'UPGRADE FAILED: timed out');
    const schema = ["Error: values don't meet the schema:", 'chart:', "- at '': additional properties 'x' not allowed"];
    assert.match(reason(schema), "additional properties 'x' not allowed");
    assert.is(reason([]), 'no reason given');
  });

  test('names the tests', () => {
    const lines = ['NAME: shop', 'TEST SUITE:     shop-test-http', 'Phase:          Succeeded', 'TEST SUITE: None'];
    assert.equal(testSuites(lines), ['shop-test-http']);
  });
});
