import type { Command, Config, Trigger } from '../../core/config.ts';
import { addProblem, secondsOf, textOf, type Validation } from './validation.ts';

/** How the run deals with what other runs did to the release. */
export function checkRelease(validation: Validation): Pick<Config, 'lockTimeout' | 'retry' | 'to'> {
  const retry = textOf(validation, 'retry');
  const to = textOf(validation, 'to');
  if (to !== undefined && !/^[1-9]\d{0,8}$/.test(to))
    addProblem(validation, 'to', `"${to}" must be a number that \`history\` shows`);
  return {
    lockTimeout: secondsOf(validation, 'lockTimeout', 600),
    ...(retry !== undefined && { retry }),
    ...(to !== undefined && { to: Number(to) }),
  };
}

/** What only a delivery needs: the other commands look at a cluster, and push nothing. */
export function checkDelivery(validation: Validation, command: Command, trigger: Trigger): void {
  const delivers = command === 'up' || (command === 'run' && trigger.kind !== 'cron');
  const unusable = validation.problems.some(({ code }) => code === 'KUBECONFIG');
  if (delivers && validation.settings.kubeconfig && !validation.settings.registry && !unusable)
    addProblem(
      validation,
      'kubeconfig',
      'a given cluster needs a registry, too (--registry): its nodes cannot pull from the embedded one',
    );
}
