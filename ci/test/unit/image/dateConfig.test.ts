import * as assert from 'uvu/assert';
import { dateConfig } from '../../../image/dateImage.ts';
import { describe } from '../../harness.ts';

/** The config of one image, as two engines have it. */
const config = (created: string[], by: string) =>
  JSON.stringify({
    architecture: 'amd64',
    config: { User: '10001:10001', Labels: { a: 'b' } },
    created: created.at(-1),
    history: created.map((time) => ({ created: time, created_by: by, comment: 'buildkit.exporter.image.v0' })),
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: ['sha256:00', 'sha256:11'] },
  });
const one = config(['2026-01-01T10:00:00.123Z', '2026-01-01T10:00:01Z'], 'mount / from exec');
const other = config(['2026-02-03T00:00:00Z', '2026-02-03T00:00:07Z'], 'rehydrated persisted snapshot');

describe('dateConfig', (test) => {
  test('makes one config of what two engines say of the same image', () => {
    assert.is.not(one, other);
    assert.is(dateConfig(one, '2025-12-31T23:00:00+01:00'), dateConfig(other, '2025-12-31T23:00:00+01:00'));
  });

  test('says one date for the image and each of its layers, and leaves the rest', () => {
    const created = '2025-12-31T22:00:00.000Z';
    const dated = JSON.parse(dateConfig(one, '2025-12-31T23:00:00+01:00'));
    const entry = { created, created_by: 'Dagger' };
    assert.equal(dated, { ...JSON.parse(one), created, history: [entry, entry] });
  });

  test('has an entry for each layer, whatever else an engine remembers of a Dockerfile', () => {
    const plain = JSON.parse(one);
    const [first, second] = plain.history;
    const empty = { created: '2026-01-01T10:00:00Z', created_by: 'ENV A=b', empty_layer: true };
    const more = JSON.stringify({ ...plain, history: [empty, first, empty, second] });
    assert.is(dateConfig(more, '2025-12-31'), dateConfig(one, '2025-12-31'));
  });

  test('knows another image by its layers and settings', () => {
    const changed = one.replace('sha256:11', 'sha256:22');
    assert.is.not(dateConfig(one, '2025-12-31'), dateConfig(changed, '2025-12-31'));
  });
});
