/** Where the containers of a run are executed. */
export type EngineChoice =
  /** Started by `dagger run`: the session is there already. */
  | { kind: 'session' }
  /** An address that the user gave. */
  | { kind: 'given'; runnerHost: string }
  /** The toolchain's engine, because it runs. */
  | { kind: 'toolchain' }
  /** The Dagger CLI starts an engine in the container runtime of this machine. */
  | { kind: 'runtime'; runtime: string }
  /** Nothing is there: the toolchain builds an engine. */
  | { kind: 'build' };

/** What was found out about the machine; asked for only as far as needed. */
export interface Findings {
  env: Readonly<Record<string, string | undefined>>;
  toolchainRuns: () => Promise<boolean>;
  /** Name of a container runtime whose daemon answers. A client alone means nothing. */
  workingRuntime: () => Promise<string | null>;
}

/**
 * Chooses the engine. What somebody set up on purpose comes before what happens to be there.
 */
export async function chooseEngine({ env, toolchainRuns, workingRuntime }: Findings): Promise<EngineChoice> {
  if (env['DAGGER_SESSION_PORT']) return { kind: 'session' };
  const runnerHost = env['_EXPERIMENTAL_DAGGER_RUNNER_HOST'];
  if (runnerHost) return { kind: 'given', runnerHost };
  if (await toolchainRuns()) return { kind: 'toolchain' };
  const runtime = await workingRuntime();
  return runtime ? { kind: 'runtime', runtime } : { kind: 'build' };
}
