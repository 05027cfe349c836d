import * as assert from 'uvu/assert';
import { engineNetwork } from '../../../toolchain/daemons/engineNetwork.ts';
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

const hex = (second: number) => second.toString(16).toUpperCase().padStart(2, '0');
/** A route to 10.SECOND.0.0/16 */
const to = (second: number, device = 'other0') => route(device, `0000${hex(second)}0A`, '0000FFFF');
const secondOf = (cidr: string): number => Number(/^10\.(\d+)\.0\.0\/16$/.exec(cidr)?.[1]);

describe('engineNetwork', (test) => {
  test('is another for each toolchain, with a name that Linux takes for a bridge', () => {
    const { name, cidr } = engineNetwork(folder, routes());
    assert.match(name, /^dagger[0-9a-f]{6}$/);
    assert.ok(`${name}0`.length <= 15);
    assert.ok(secondOf(cidr) >= 87 && secondOf(cidr) < 127, cidr);
    assert.equal(engineNetwork(folder, routes()), { name, cidr });
    const other = engineNetwork('/home/you/.cache/django-delivery-pipeline/engine', routes());
    assert.is.not(other.name, name);
    assert.is.not(other.cidr, cidr, 'also where neither sees the other yet');
  });

  test('is away from other networks', () => {
    const first = secondOf(engineNetwork(folder, routes()).cidr);
    const of = (...more: string[]) => secondOf(engineNetwork(folder, routes(...more)).cidr);
    assert.is.not(of(to(first)), first);
    assert.is.not(of(route('other0', `0007${hex(first)}0A`, '00FFFFFF')), first, 'a part of one');
    assert.is(of(route('tun0', '0000000A', '000000FF')), first, 'a wider one gives way');
    assert.is(of(route('docker0', `0000${hex(first)}AC`, '0000FFFF')), first, '172 is not 10');
    const allButOne = Array.from({ length: 40 }, (_, index) => 87 + index).filter((second) => second !== 100);
    assert.is(of(...allButOne.map((second) => to(second))), 100);
  });

  test('is the one that its bridge still has from before', () => {
    const { name, cidr } = engineNetwork(folder, routes());
    const both = routes(to(secondOf(cidr)), to(90, `${name}0`));
    assert.is(engineNetwork(folder, both).cidr, '10.90.0.0/16');
  });

  test('is some network where all are taken', () => {
    const all = Array.from({ length: 256 }, (_, second) => to(second));
    assert.equal(engineNetwork(folder, routes(...all)), engineNetwork(folder, routes()));
  });
});
