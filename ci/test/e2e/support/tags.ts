import { randomUUID } from 'node:crypto';
import { pythonImage } from '../../../image/pythonImage.ts';
import type { Shared } from './shared.ts';

const script = `
import json, sys, urllib.error, urllib.request
try:
    print(urllib.request.urlopen(f"http://registry:5000/v2/{sys.argv[1]}/tags/list").read().decode())
except urllib.error.HTTPError as error:
    if error.code != 404: raise
    print(json.dumps({"tags": []}))
`;

/** The tags of an image in the embedded registry. */
export async function tags({ dag, images }: Shared, name: string): Promise<string[]> {
  const answer = await dag
    .container()
    .from(pythonImage(images.python, null).reference)
    .withEnvVariable('NONCE', randomUUID())
    .withExec(['python3', '-c', script, name])
    .stdout();
  return ((JSON.parse(answer) as { tags: string[] | null }).tags ?? []).sort();
}
