import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { command } from '../make/command.ts';
import { sources } from '../paths.ts';

interface Lessened {
  /** Path of a Go module that is compiled without one of its parts. */
  module: string;
  /** The folder of that part. */
  without: string;
  /** What stands there instead, below `ingress/`. */
  standIn: string;
  /** What has to be there beside Go's files, since it is embedded. */
  embedded?: string;
}

/** Traefik needs neither to bring a visitor to a Service, and without them there is little more than half of it to compile. */
const lessened: readonly Lessened[] = [
  // All DNS services, each in a folder of its own beside the files that know them by name.
  { module: 'github.com/go-acme/lego/v4', without: 'providers/dns', standIn: 'dns/providers.go' },
  {
    module: 'github.com/traefik/traefik/v3',
    without: 'pkg/provider/ecs',
    standIn: 'ecs/provider.go',
    embedded: 'webui/static',
  },
];

/**
 * Writes the Go module that Traefik is compiled in, with copies of two modules that lack a part. Copies, as Go takes no overlay of
 * files in its module cache; go.sum vouches for what is copied.
 * @param into a folder, which is made
 * @throws PipelineError TOOLCHAIN when a module cannot be downloaded
 */
export async function ingressModule(into: string, logFile: string, signal: AbortSignal): Promise<void> {
  const own = join(sources, 'ingress');
  const copy = (from: string, file: string) => {
    const to = join(into, file);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
  };
  const replacements: string[] = [];
  for (const [index, { module, without, standIn, embedded }] of lessened.entries()) {
    const asked = await command(['go', 'mod', 'download', '-json', module], { cwd: own, logFile, signal });
    const { Dir } = JSON.parse(asked) as { Dir: string };
    const files = readdirSync(Dir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(Dir.length + 1))
      .filter((file) => /\.go$|^go\.mod$/.test(file) || (embedded && file.startsWith(`${embedded}/`)))
      .filter((file) => !file.startsWith(`${without}/`) && !file.endsWith('_test.go'));
    const folder = `module${index + 1}`;
    for (const file of files) copy(join(Dir, file), join(folder, file));
    copy(join(own, standIn), join(folder, without, basename(standIn)));
    replacements.push(`replace ${module} => ./${folder}\n`);
  }
  copy(join(own, 'go.sum'), 'go.sum');
  const goMod = readFileSync(join(own, 'go.mod'), 'utf8');
  writeFileSync(join(into, 'go.mod'), `${goMod}\n${replacements.join('')}`);
}
