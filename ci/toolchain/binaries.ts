import { join } from 'node:path';
import { command } from './command.ts';
import { sources } from './parts.ts';

export interface GoBuild {
  /** Folder of the Go module below this one. */
  module: 'engine' | 'kubernetes' | 'tools';
  /** What to build: `tool` means every tool that go.mod names. */
  packages: readonly string[];
  flags?: readonly string[];
}

const daggerVersion = 'v0.21.8';
const engineModule = 'github.com/dagger/dagger/engine';

/** Dagger's own build tags and version marks; without them CLI and engine take each other for development builds. */
export const engineBuild: GoBuild = {
  module: 'engine',
  packages: ['tool'],
  flags: ['-tags', 'dfexcludepatterns,dfparents', `-ldflags=-s -w -X ${engineModule}.Version=${daggerVersion} -X ${engineModule}.Tag=${daggerVersion}`],
};
export const kubernetesBuild: GoBuild = { module: 'kubernetes', packages: ['.', 'tool'] };
export const toolsBuild: GoBuild = { module: 'tools', packages: ['tool'] };

/**
 * Compiles static binaries into a folder. go.sum vouches for every source, so no checksum service is asked.
 * @throws PipelineError TOOLCHAIN with the compiler's last lines
 */
export async function binaries(
  { module, packages, flags }: GoBuild,
  into: string,
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  for (const what of packages) {
    await command(['go', 'build', '-trimpath', ...(flags ?? ['-ldflags=-s -w']), '-o', `${into}/`, what], {
      cwd: join(sources, module),
      env: { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false' },
      logFile,
      signal,
    });
  }
}
