import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command } from './command.ts';
import { sources } from './parts.ts';

const lego = 'github.com/go-acme/lego/v4';
/** All DNS services, each in a folder of its own beside the files that know them by name. */
const dnsClients = /^providers\/dns\//;

/**
 * Writes the Go module that Traefik is compiled in, with a copy of its ACME client that has no clients of DNS services. A copy, as
 * Go takes no overlay of files in its module cache; go.sum vouches for what is copied.
 * @param into a folder, which is made
 * @throws PipelineError TOOLCHAIN when the module cannot be downloaded
 */
export async function ingressModule(into: string, logFile: string, signal: AbortSignal): Promise<void> {
  const module = join(sources, 'ingress');
  const options = { cwd: module, logFile, signal };
  const { Dir } = JSON.parse(await command(['go', 'mod', 'download', '-json', lego], options)) as { Dir: string };
  const files = readdirSync(Dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath.slice(Dir.length + 1), entry.name))
    .filter((file) => /(\.go|go\.mod)$/.test(file) && !/_test\.go$/.test(file));
  const copy = (from: string, file: string) => {
    const to = join(into, file);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
  };
  for (const file of files.filter((each) => !dnsClients.test(each))) copy(join(Dir, file), join('lego', file));
  copy(join(module, 'dns/providers.go'), 'lego/providers/dns/providers.go');
  copy(join(module, 'go.sum'), 'go.sum');
  writeFileSync(join(into, 'go.mod'), `${readFileSync(join(module, 'go.mod'), 'utf8')}\nreplace ${lego} => ./lego\n`);
}
