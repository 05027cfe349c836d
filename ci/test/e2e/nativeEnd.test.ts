import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as assert from 'uvu/assert';
import { describe, rejects } from '../harness.ts';
import { groupFolders } from './support/native/endGroup.ts';
import { nativeCluster, nodeName } from './support/nativeCluster.ts';

/** Ids of the processes, in whatever namespaces, that see a mount from below a folder. */
function whoHasMounted(folder: string): string[] {
  return readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/mountinfo`, 'utf8').includes(folder);
    } catch {
      return false; // it has just ended
    }
  });
}

describe('the end of the cluster and the registry outside of the engine', (test) => {
  test('leaves nothing behind', async () => {
    const native = await nativeCluster();
    const data = dirname(native.kubeconfig);
    const traces = () => ({
      groups: groupFolders(nodeName).length > 0,
      link: existsSync(`/sys/class/net/${nodeName}`),
      mounts: whoHasMounted(data).length > 0,
      data: existsSync(data),
    });
    assert.equal(traces(), { groups: true, link: true, mounts: true, data: true });
    await native.stop();
    assert.equal(traces(), { groups: false, link: false, mounts: false, data: false });
    await rejects(fetch(`http://${native.registry.name}/v2/`), /fetch failed/);
  });
}, 600_000);
