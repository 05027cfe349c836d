import type { Config } from '../readConfig.ts';
import { secondsOf } from './source.ts';
import { complain, type Desk, textOf } from './validation.ts';

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
