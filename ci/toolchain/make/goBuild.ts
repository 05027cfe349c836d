import { command } from './command.ts';

/** What the compiler is to do, and where. */
export interface GoBuildOptions {
  /** Folder of the Go module. */
  module: string;
  /** What to build: `tool` means every tool that go.mod names, `std` Go's standard library. */
  what: string;
  /** Folder for the binaries. Without it, what is compiled is only kept in the compiler's cache. */
  into?: string;
  flags?: readonly string[];
  logFile: string;
  signal: AbortSignal;
}

const environment = {
  CGO_ENABLED: '0',
  GOFLAGS: '-mod=readonly -buildvcs=false',
  // A compiler is gone before its heap matters: a tenth of its work would be to collect it. Only at 1 GiB does it begin to.
  GOGC: 'off',
  GOMEMLIMIT: '1GiB',
};

/**
 * Compiles static binaries. go.sum vouches for every source, so no checksum service is asked. What only a debugger reads is not made at
 * all: that is an eighth of a compiler's work.
 * @throws PipelineError TOOLCHAIN with the compiler's last lines
 */
export async function goBuild({ module, what, into, flags, logFile, signal }: GoBuildOptions): Promise<void> {
  const settings = ['-trimpath', '-gcflags=all=-dwarf=false', ...(flags ?? ['-ldflags=-s -w'])];
  await command(['go', 'build', ...settings, ...(into ? ['-o', `${into}/`] : []), what], {
    cwd: module,
    env: environment,
    logFile,
    signal,
  });
}
