import { CoreV1Api } from '@kubernetes/client-node';
import { pythonImage } from '../../../image/pythonImage.ts';
import type { Shared } from './shared.ts';

/**
 * Makes the secret `name` with a certificate of its own for `host`, as an administrator would.
 * @returns the certificate, which a visitor has to trust
 */
export async function certificate(
  { dag, images, cluster }: Shared,
  namespace: string,
  name: string,
  host: string,
): Promise<string> {
  const request = ['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650'];
  const made = dag
    .container()
    .from(pythonImage(images.python, null).reference)
    .withWorkdir('/made')
    .withExec([
      ...request,
      '-subj',
      `/CN=${host}`,
      '-addext',
      `subjectAltName=DNS:${host}`,
      '-out',
      'tls.crt',
      '-keyout',
      'tls.key',
    ]);
  const data = { 'tls.crt': await made.file('tls.crt').contents(), 'tls.key': await made.file('tls.key').contents() };
  await cluster.kube.makeApiClient(CoreV1Api).createNamespacedSecret({
    namespace,
    body: { metadata: { name }, type: 'kubernetes.io/tls', stringData: data },
  });
  return data['tls.crt'];
}
