import { randomUUID } from 'node:crypto';
import { pythonImage } from '../../../image/pythonImage.ts';
import type { IngressController } from './ingressController.ts';

/** A request as a visitor's browser would send it. */
export interface Visit {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

// Asks again while the controller has nobody to pass the request to: it hears of an Ingress and of new pods a moment after
// the API server.
const script = `
import http.client, json, os, socket, ssl, sys, time, urllib.parse

visit = json.loads(os.environ["VISIT"])
url = urllib.parse.urlsplit(visit["url"])
until = time.monotonic() + float(os.environ["PATIENCE"])

def ask():
    plain = socket.create_connection(("kubernetes", int(os.environ[url.scheme.upper() + "_PORT"])), timeout=10)
    if url.scheme == "https":
        trusted = ssl.create_default_context(cafile="/authority.pem")
        plain = trusted.wrap_socket(plain, server_hostname=url.hostname)
    connection = http.client.HTTPConnection(url.hostname)
    connection.sock = plain
    target = url.path + ("?" + url.query if url.query else "")
    connection.request(visit.get("method", "GET"), target, visit.get("body"), visit.get("headers", {}))
    response = connection.getresponse()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return {"status": response.status, "headers": headers, "text": response.read().decode()}

while True:
    try:
        answer, problem = ask(), None
    except ssl.SSLCertVerificationError as error:
        answer, problem = None, error
    if (answer and answer["status"] not in (404, 502, 503, 504)) or time.monotonic() > until:
        break
    time.sleep(0.2)
if problem:
    raise problem
print(json.dumps(answer))
`;

/** What `knock` needs besides the request. */
export interface KnockOptions {
  /** The certificate that the visitor trusts, for https. */
  authority?: string;
  /** For how many seconds to ask again when host or certificate are not known yet. 0 for a host that is not to be served. */
  timeout?: number;
}

/**
 * Sends one request to the controller's Service, from outside of the cluster. The name in the URL goes into the Host header
 * and the TLS handshake, not to any name server; redirects are not followed.
 * @throws ExecError when there is no answer, or its certificate is not trusted
 */
export async function knock(
  { all: { dag, images, cluster }, http, https }: IngressController,
  visit: Visit,
  { authority = '', timeout = 30 }: KnockOptions = {},
): Promise<Answer> {
  const answer = await dag
    .container()
    .from(pythonImage(images.python, null).reference)
    .with(await cluster.reach())
    .withNewFile('/authority.pem', authority)
    .withEnvVariable('HTTP_PORT', `${http}`)
    .withEnvVariable('HTTPS_PORT', `${https}`)
    .withEnvVariable('VISIT', JSON.stringify(visit))
    .withEnvVariable('PATIENCE', `${timeout}`)
    .withEnvVariable('NONCE', randomUUID())
    .withExec(['python3', '-c', script])
    .stdout();
  return JSON.parse(answer) as Answer;
}
