import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import * as assert from 'uvu/assert';
import { freePort } from '../../../toolchain/daemons/mirror.ts';
import { describe } from '../../harness.ts';

describe('freePort', (test) => {
  test('is the wanted one when nobody listens there, else another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const other = await freePort(port);
    assert.is.not(other, port);
    assert.ok(other > 0);
    server.close();
    await once(server, 'close');
    assert.is(await freePort(port), port);
  });
});
