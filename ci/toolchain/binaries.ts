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
const kubernetesMarks = ['gitVersion=v1.35.4', 'gitMajor=1', 'gitMinor=35'];
const engineModule = 'github.com/dagger/dagger/engine';

/** Dagger's own build tags and version marks; without them CLI and engine take each other for development builds. */
export const engineBuild: GoBuild = {
  module: 'engine',
  packages: ['tool'],
  flags: [
    '-tags',
    'dfexcludepatterns,dfparents',
    `-ldflags=-s -w -X ${engineModule}.Version=${daggerVersion} -X ${engineModule}.Tag=${daggerVersion}`,
  ],
};
/** Unmarked, Kubernetes calls itself a version that no chart's `kubeVersion` takes. */
export const kubernetesBuild: GoBuild = {
  module: 'kubernetes',
  packages: ['.', 'tool'],
  flags: [`-ldflags=-s -w ${kubernetesMarks.map((mark) => `-X k8s.io/component-base/version.${mark}`).join(' ')}`],
};
export const toolsBuild: GoBuild = { module: 'tools', packages: ['./coredns', './registry', 'tool'] };

/**
 * Compiles static binaries into a folder. go.sum vouches for every source, so no checksum service is asked. What only a debugger reads
 * is not made at all: that is an eighth of a compiler's work.
 * @throws PipelineError TOOLCHAIN with the compiler's last lines
 */
export async function binaries(
  { module, packages, flags }: GoBuild,
  into: string,
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  for (const what of packages) {
    await command(
      [
        'go',
        'build',
        '-trimpath',
        '-gcflags=all=-dwarf=false',
        ...(flags ?? ['-ldflags=-s -w']),
        '-o',
        `${into}/`,
        what,
      ],
      {
        cwd: join(sources, module),
        env: { CGO_ENABLED: '0', GOFLAGS: '-mod=readonly -buildvcs=false' },
        logFile,
        signal,
      },
    );
  }
}
