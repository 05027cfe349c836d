import { sha256 } from '../../core/values.ts';

/** Where the engine's containers are on the host. */
export interface EngineNetwork {
  /** Its bridge is named so, with a 0 behind it. */
  name: string;
  /** A /16 within 10.0.0.0/8. */
  cidr: string;
}

/** Second numbers of the networks to choose from: away from those of Kubernetes, clouds and their like. */
const choice = Array.from({ length: 40 }, (_, index) => 87 + index);

/**
 * The network of a toolchain's engine. Each toolchain has one of its own, as two users of a machine may each have a toolchain: on one
 * bridge, their engines would give the same addresses to their containers.
 * @param folder of the engine's state
 * @param routes what /proc/net/route has
 */
export function engineNetwork(folder: string, routes: string): EngineNetwork {
  const hash = sha256(folder).slice(0, 6);
  const name = `dagger${hash}`; // Linux takes 15 characters for a bridge
  const taken = routes.split('\n').flatMap(networkIn10);
  // The bridge of an engine that was killed is still there, and takes no address of another network.
  const own = taken.find(({ device }) => device === `${name}0`)?.second;
  // Two that begin at the same moment do not see each other's route.
  const first = Number.parseInt(hash, 16) % choice.length;
  const inOrder = [...choice.slice(first), ...choice.slice(0, first)];
  const free = inOrder.find((second) => !taken.some((each) => each.second === second));
  return { name, cidr: `10.${own ?? free ?? inOrder[0]}.0.0/16` };
}

/** A route to a /16 in 10.0.0.0/8, or to a part of one. A wider route gives way to ours. Addresses are in hexadecimal, last byte first. */
function networkIn10(route: string): { device: string; second: number }[] {
  const [device = '', destination = '', , , , , , mask = ''] = route.split('\t');
  const [, second] = /^.{4}(.{2})0A$/.exec(destination) ?? [];
  return second && mask.trim().endsWith('FFFF') ? [{ device, second: Number.parseInt(second, 16) }] : [];
}
