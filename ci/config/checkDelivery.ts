import { complain, type Desk } from './check/validation.ts';
import type { Command } from './from/flags.ts';
import type { Trigger } from './triggers.ts';

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
