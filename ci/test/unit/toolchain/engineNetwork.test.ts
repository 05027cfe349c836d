import * as assert from 'uvu/assert';
import { engineNetwork } from '../../../toolchain/engineNetwork.ts';
import { describe } from '../../harness.ts';

const folder = '/home/me/.cache/django-delivery-pipeline/engine';

/** /proc/net/route, with these beside the usual ones. */
const routes = (...more: readonly string[]): string =>
  [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0',
    ...more,
  ]
    .map((line) => `${line.padEnd(127)}\n`)
    .join('');
const route = (device: string, destination: string, mask: string) =>
  `${device}\t${destination}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0`;

describe('engineNetwork', (test) => {
  test('is another for each toolchain, with a name that Linux takes for a bridge', () => {
    const { name, cidr } = engineNetwork(folder, routes());
    assert.match(name, /^dagger[0-9a-f]{6}$/);
    assert.ok(`${name}0`.length <= 15);
    assert.is(cidr, '10.87.0.0/16');
    assert.is(engineNetwork(folder, routes()).name, name);
    assert.is.not(engineNetwork('/home/you/.cache/django-delivery-pipeline/engine', routes()).name, name);
  });

  test('is away from other networks', () => {
    const of = (...more: string[]) => engineNetwork(folder, routes(...more)).cidr;
    assert.is(of(route('other0', '0000570A', '0000FFFF')), '10.88.0.0/16');
    assert.is(of(route('other0', '0007570A', '00FFFFFF')), '10.88.0.0/16', 'a part of one');
    assert.is(of(route('tun0', '0000000A', '000000FF')), '10.87.0.0/16', 'a wider one gives way');
    assert.is(of(route('docker0', '000057AC', '0000FFFF')), '10.87.0.0/16', '172.87');
  });

  test('is the one that its bridge still has from before', () => {
    const bridge = `${engineNetwork(folder, routes()).name}0`;
    const both = routes(route('other0', '0000570A', '0000FFFF'), route(bridge, '00005A0A', '0000FFFF'));
    assert.is(engineNetwork(folder, both).cidr, '10.90.0.0/16');
  });

  test('is the first where all are taken', () => {
    const all = Array.from({ length: 256 }, (_, second) =>
      route('x', `0000${second.toString(16).toUpperCase().padStart(2, '0')}0A`, '0000FFFF'),
    );
    assert.is(engineNetwork(folder, routes(...all)).cidr, '10.87.0.0/16');
  });
});
