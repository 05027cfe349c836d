import type { Step } from '../core/context.ts';

/** Sets environment variables, values by name. */
export function withVariables(values: Record<string, string>): Step {
  return (ctr) => Object.entries(values).reduce((set, [name, value]) => set.withEnvVariable(name, value), ctr);
}
