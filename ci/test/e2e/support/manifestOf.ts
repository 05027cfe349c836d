/**
 * The manifest of an image in a registry of this machine, as the OCI image specification has it.
 * @param image such as `localhost:40123/team/todo:1a2b@sha256:…`
 */
export async function manifestOf(image: string): Promise<unknown> {
  const [, registry, name, digest] = /^([^/]+)\/([^:@]+)(?::[^@]+)?@(.+)$/.exec(image) ?? [];
  const answer = await fetch(`http://${registry}/v2/${name}/manifests/${digest}`, {
    headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  if (!answer.ok) throw new Error(`${image}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
