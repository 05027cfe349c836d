import type { Context } from '../../../core/context.ts';
import { decodeRecord, encodeRecord, type ReleaseRecord } from '../../../helm/storage.ts';
import type { ObjectStore } from '../kube/objectStore.ts';

type Stored = NonNullable<ReturnType<ObjectStore['objects']['get']>>;

const prefix = '/api/v1/namespaces/shop/secrets/sh.helm.release.v1.shop.v';

/** The Secret in which Helm keeps a revision of the release `shop`. */
export function recordObject(record: ReleaseRecord): Stored {
  const { version, info } = record;
  const labels = { owner: 'helm', name: 'shop', status: info.status, version: String(version) };
  return {
    metadata: { name: `sh.helm.release.v1.shop.v${version}`, resourceVersion: '1', labels },
    type: 'helm.sh/release.v1',
    data: { release: encodeRecord(record) },
  };
}

/** The revisions of the release `shop` in a cluster, oldest first. */
export function recordsIn(objects: ObjectStore['objects']): ReleaseRecord[] {
  return [...objects]
    .filter(([path]) => path.startsWith(prefix))
    .map(([, object]) => decodeRecord((object['data'] as { release: string }).release))
    .sort((a, b) => a.version - b.version);
}

/** Puts revisions into a cluster, such as `deployed good`: the status, and what `helm test` and `helm rollback` make of it. */
export function putRevisions(objects: ObjectStore['objects'], ...revisions: string[]): void {
  for (const [index, text] of revisions.entries()) {
    const [status = '', name] = text.split(' ');
    const manifest = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\n`;
    putRecord(objects, { version: index + 1, info: { status }, manifest });
  }
}

/**
 * An engine in which every command is Helm, with its revisions in the cluster. `helm test` passes for what is called `good` or so,
 * fails for `bad`, and finds nothing in `untested`; `helm rollback` to `stuck` fails in a hook and leaves the release pending.
 */
export function fakeHelm(objects: ObjectStore['objects']): Context['dag'] {
  const run = ([, command, ...rest]: readonly string[]): [exitCode: number, output: string] => {
    const records = recordsIn(objects);
    const newest = records.at(-1);
    if (command === 'uninstall') {
      for (const { version } of records) objects.delete(`${prefix}${version}`);
    }
    if (command === 'rollback') {
      const target = records.find(({ version }) => version === Number(rest[1]));
      if (!newest || !target) return [1, 'Error: release has no such version'];
      const stuck = target.manifest.includes('stuck');
      putRecord(objects, {
        ...target,
        version: newest.version + 1,
        info: { status: stuck ? 'pending-rollback' : 'deployed' },
      });
      if (stuck) return [1, 'Error: pre-rollback hooks failed'];
      for (const record of records)
        if (record.info.status === 'deployed') putRecord(objects, { ...record, info: { status: 'superseded' } });
    }
    if (command === 'test') {
      if (newest?.manifest.includes('bad')) return [1, 'Error: pod shop-test failed'];
      return [0, newest?.manifest.includes('untested') ? '' : 'TEST SUITE: shop-test\nPhase: Succeeded'];
    }
    return [0, ''];
  };
  const container = (exitCode = 0, output = ''): object => ({
    from: () => container(),
    with: () => container(),
    withNewFile: () => container(),
    withEnvVariable: () => container(),
    withExec: (args: string[]) => (args[0] === 'helm' ? container(...run(args)) : container()),
    exitCode: () => Promise.resolve(exitCode),
    stdout: () => Promise.resolve(output),
    stderr: () => Promise.resolve(''),
  });
  return { container: () => container() } as unknown as Context['dag'];
}

/** Puts a revision of the release `shop` into a cluster. */
export function putRecord(objects: ObjectStore['objects'], record: ReleaseRecord): void {
  objects.set(`${prefix}${record.version}`, recordObject(record));
}
