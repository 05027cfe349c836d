import { uptime } from 'node:os';

/**
 * Milliseconds that have passed since a fixed moment, those included in which the machine was suspended: what others rely on, such as a
 * lease, goes on meanwhile. Never set back or forward, as the time of day is. `performance.now()` counts only while the machine is awake:
 * that is for what we wait for ourselves.
 */
export function timeSinceBoot(): number {
  return uptime() * 1_000;
}
