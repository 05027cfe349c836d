import type { Client, Container } from '@dagger.io/dagger';
import type { Images } from '../../../core/images.ts';
import { pythonImage } from '../../../image/pythonImage.ts';

/** One file of a layer. */
export interface Entry {
  name: string;
  /** Seconds since 1970. */
  time: number;
  mode: string;
  owner: string;
  /** Digest of all that the archive holds of it, byte for byte: header and content. */
  bytes: string;
}

export interface Inspected {
  /** As the OCI image specification has it. */
  config: {
    created: string;
    config: { User: string; Labels?: Record<string, string>; Healthcheck?: object; Env: string[]; Cmd: string[] };
    history: object[];
  };
  /** From the base up, as they are pushed: compressed. */
  layers: { digest: string; size: number; entries: Entry[] }[];
}

const script = `
import gzip, hashlib, io, json, tarfile

archive = tarfile.open('/image.tar')
blob = lambda digest: archive.extractfile('blobs/' + digest.replace(':', '/')).read()
index = json.load(archive.extractfile('index.json'))
manifest = json.loads(blob(index['manifests'][0]['digest']))
def entries(layer):
    plain = gzip.decompress(layer) if layer.startswith(b'\\x1f\\x8b') else layer
    for entry in tarfile.open(fileobj=io.BytesIO(plain), mode='r:'):
        # A regular file fills whole blocks.
        end = entry.offset_data + (-(-entry.size // 512) * 512 if entry.isreg() else 0)
        yield {
            'name': '/' + entry.name,
            'time': entry.mtime,
            'mode': oct(entry.mode),
            'owner': f'{entry.uid}:{entry.gid}',
            'bytes': hashlib.sha256(plain[entry.offset:end]).hexdigest(),
        }
layers = [
    {
        'digest': layer['digest'],
        'size': layer['size'],
        'entries': list(entries(blob(layer['digest']))),
    }
    for layer in manifest['layers']
]
print(json.dumps({'config': json.loads(blob(manifest['config']['digest'])), 'layers': layers}))
`;

/** Takes an image apart. */
export async function inspectImage(
  { dag, images }: { dag: Client; images: Pick<Images, 'python'> },
  image: Container,
): Promise<Inspected> {
  const output = await dag
    .container()
    .from(pythonImage(images.python, null).reference)
    .withMountedFile('/image.tar', image.asTarball())
    .withExec(['python3', '-c', script])
    .stdout();
  return JSON.parse(output) as Inspected;
}
