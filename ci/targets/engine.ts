import { existsSync } from 'node:fs';
import { connect as openSocket } from 'node:net';
import { $, which } from 'zx';
import type { Context, Log } from '../core/context.ts';
import { PipelineError } from '../core/errors.ts';
import type { Images } from '../core/images.ts';
import { parts } from '../toolchain/parts/parts.ts';
import { paths } from '../toolchain/paths.ts';
import { running, type Toolchain, up } from '../toolchain/up.ts';
import { chooseEngine } from './chooseEngine.ts';
import { publicImages } from './publicImages.ts';

const runtimes = ['docker', 'podman', 'nerdctl', 'finch'];

/** An engine that gets images from where they are published. */
const ofOthers = { images: publicImages, ensureImage: async () => {} };

/** How to reach the engine of this run, and the images that it can get. */
export interface Engine {
  /** Variables for the Dagger SDK and its CLI. */
  env: Record<string, string>;
  images: Images;
  /** See Context. */
  ensureImage: Context['ensureImage'];
  description: string;
}

/**
 * Finds the engine, or builds one where there is nothing. Afterwards it is known to accept connections, as far as that
 * can be seen from outside.
 * @throws PipelineError ENGINE when a given engine does not answer; TOOLCHAIN, HOST_PACKAGES when none can be built
 */
export async function engine(env: NodeJS.ProcessEnv, log: Log, signal: AbortSignal): Promise<Engine> {
  const where = paths(env);
  const toolchain = existsSync(where.state) ? await running(where, await parts(where)) : null;
  const ofToolchain = ({ runnerHost, daggerCli, images, ensureImage }: Toolchain): Engine => ({
    env: { _EXPERIMENTAL_DAGGER_RUNNER_HOST: runnerHost, _EXPERIMENTAL_DAGGER_CLI_BIN: daggerCli },
    images,
    ensureImage: (reference) => ensureImage(reference, log, signal),
    description: 'the engine built from packages',
  });
  const choice = await chooseEngine({ env, toolchainRuns: async () => toolchain !== null, workingRuntime });
  switch (choice.kind) {
    case 'session': {
      const ours = toolchain && env['_EXPERIMENTAL_DAGGER_RUNNER_HOST'] === toolchain.runnerHost;
      const description = 'the engine of this `dagger run`';
      return ours ? { ...ofToolchain(toolchain), env: {}, description } : { ...ofOthers, env: {}, description };
    }
    case 'given': {
      if (toolchain && choice.runnerHost === toolchain.runnerHost) return ofToolchain(toolchain);
      await reachable(choice.runnerHost);
      return { ...ofOthers, env: cli(env, toolchain), description: choice.runnerHost };
    }
    case 'toolchain':
      return ofToolchain(toolchain as Toolchain);
    case 'runtime':
      return { ...ofOthers, env: cli(env, null), description: `an engine in ${choice.runtime}` };
    case 'build':
      log.info('No container engine answers on this machine: building one from packages (once; minutes).');
      return ofToolchain(await up(where, log, signal));
  }
}

// The SDK downloads a CLI unless it is told of one.
function cli(env: NodeJS.ProcessEnv, toolchain: Toolchain | null): Record<string, string> {
  const found = env['_EXPERIMENTAL_DAGGER_CLI_BIN'] ?? which.sync('dagger', { nothrow: true }) ?? toolchain?.daggerCli;
  return found ? { _EXPERIMENTAL_DAGGER_CLI_BIN: found } : {};
}

async function workingRuntime(): Promise<string | null> {
  for (const runtime of runtimes) {
    if (!which.sync(runtime, { nothrow: true })) continue;
    const answer = await $({ quiet: true, nothrow: true, timeout: '5s' })`${runtime} info`;
    if (answer.exitCode === 0) return runtime;
  }
  return null;
}

// The SDK tries an address that does not answer for ten minutes (dagger#12937). Addresses of other kinds are its affair.
async function reachable(runnerHost: string): Promise<void> {
  const { protocol, hostname, port } = parsed(runnerHost);
  // Not the URL's own path and host name: blanks are encoded in the one, IPv6 is in brackets in the other.
  const target =
    protocol === 'unix:'
      ? { path: runnerHost.replace(/^unix:(\/\/)?/, '') }
      : { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
  if (!['unix:', 'tcp:', 'tls:'].includes(protocol)) return;
  const problem = await new Promise<string | null>((resolve) => {
    const socket = openSocket(target as { host: string; port: number });
    const end = (result: string | null) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(null)).once('error', (error) => end(error.message));
    socket.setTimeout(5_000, () => end('no answer within 5 s'));
  });
  if (problem) throw new PipelineError('ENGINE', `no engine answers at ${runnerHost}`, { details: [problem] });
}

function parsed(runnerHost: string): URL {
  try {
    return new URL(runnerHost);
  } catch (cause) {
    throw new PipelineError('ENGINE', `_EXPERIMENTAL_DAGGER_RUNNER_HOST is no address: ${runnerHost}`, { cause });
  }
}
