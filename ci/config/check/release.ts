import type { Command, Config, Trigger } from '../../core/config.ts';
import { complain, type Desk, secondsOf, textOf } from './validation.ts';

/** How the run deals with what other runs did to the release. */
export function checkRelease(desk: Desk): Pick<Config, 'lockTimeout' | 'retry' | 'to'> {
  const retry = textOf(desk, 'retry');
  const to = textOf(desk, 'to');
  if (to !== undefined && !/^[1-9]\d{0,8}$/.test(to))
    complain(desk, 'to', `"${to}" must be a number that \`history\` shows`);
  return {
    lockTimeout: secondsOf(desk, 'lockTimeout', 600),
    ...(retry !== undefined && { retry }),
    ...(to !== undefined && { to: Number(to) }),
  };
}

/** What only a delivery needs: the other commands look at a cluster, and push nothing. */
export function checkDelivery(desk: Desk, command: Command, trigger: Trigger): void {
  const delivers = command === 'up' || (command === 'run' && trigger.kind !== 'cron');
  const unusable = desk.problems.some(({ code }) => code === 'KUBECONFIG');
  if (delivers && desk.settings.kubeconfig && !desk.settings.registry && !unusable)
    complain(
      desk,
      'kubeconfig',
      'a given cluster needs a registry, too (--registry): its nodes cannot pull from the embedded one',
    );
}
