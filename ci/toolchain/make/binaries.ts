import { join } from 'node:path';
import { sources } from '../paths.ts';
import { goBuild } from './goBuild.ts';

export interface GoParts {
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
export const engineBuild: GoParts = {
  module: 'engine',
  packages: ['tool'],
  flags: [
    '-tags',
    'dfexcludepatterns,dfparents',
    `-ldflags=-s -w -X ${engineModule}.Version=${daggerVersion} -X ${engineModule}.Tag=${daggerVersion}`,
  ],
};
/** Unmarked, Kubernetes calls itself a version that no chart's `kubeVersion` takes. */
export const kubernetesBuild: GoParts = {
  module: 'kubernetes',
  packages: ['.', 'tool'],
  flags: [`-ldflags=-s -w ${kubernetesMarks.map((mark) => `-X k8s.io/component-base/version.${mark}`).join(' ')}`],
};
export const toolsBuild: GoParts = { module: 'tools', packages: ['./coredns', './registry', 'tool'] };

/**
 * Compiles all that a part is made of into a folder.
 * @throws PipelineError TOOLCHAIN with the compiler's last lines
 */
export async function binaries(
  { module, packages, flags }: GoParts,
  into: string,
  logFile: string,
  signal: AbortSignal,
): Promise<void> {
  for (const what of packages)
    await goBuild({ module: join(sources, module), what, into, ...(flags && { flags }), logFile, signal });
}

/**
 * Compiles Go's standard library, which two builds that begin side by side would each compile for themselves.
 * @throws PipelineError TOOLCHAIN with the compiler's last lines
 */
export async function standardLibrary(logFile: string, signal: AbortSignal): Promise<void> {
  await goBuild({ module: join(sources, kubernetesBuild.module), what: 'std', logFile, signal });
}
