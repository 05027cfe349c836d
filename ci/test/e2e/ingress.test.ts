import { NetworkingV1Api } from '@kubernetes/client-node';
import * as assert from 'uvu/assert';
import { describe } from '../harness.ts';
import { appOfExample } from './support/apps.ts';
import { certificate } from './support/certificate.ts';
import { type Delivered, deliver } from './support/deliver.ts';
import { type IngressController, ingressController } from './support/ingressController.ts';
import { type KnockOptions, knock } from './support/knock.ts';
import { namespace } from './support/namespace.ts';

const host = 'todo.example.org';
/** Hosts that the app would answer to, if anybody brought them there. */
const further = ['other.example.org', 'later.example.org'];

/** The app, live behind a controller. */
interface Site {
  controller: IngressController;
  name: string;
  first: Delivered;
  again: (...more: string[]) => Promise<Delivered>;
}

let site: Promise<Site> | undefined;

async function begin(): Promise<Site> {
  const controller = await ingressController();
  const name = await namespace(controller.all, 'ingress');
  const hosts = [`ingress.hosts[0].host=${host}`, ...further.map((each, index) => `allowedHosts[${index}]=${each}`)];
  const flags = ['--source', appOfExample().folder, '--name', 'todo', '--namespace', name];
  const again = (...more: string[]) =>
    deliver(controller.all, [...flags, ...[...hosts, ...more].flatMap((value) => ['--set', value])]);
  return { controller, name, first: await again(), again };
}

function living(): Promise<Site> {
  site ??= begin();
  return site;
}

/** Adds a task by the form on the page, as a browser does: with the page's token and cookie, and the origin. */
async function submit(
  controller: IngressController,
  base: string,
  title: string,
  origin: string,
  options?: KnockOptions,
): Promise<number> {
  const page = await knock(controller, { url: `${base}/` }, options);
  const [, token] = page.text.match(/name="csrfmiddlewaretoken" value="([^"]+)"/) ?? [];
  assert.ok(token, `no form with a token:\n${page.text}`);
  const headers = {
    origin,
    cookie: page.headers['set-cookie']?.split(';')[0] ?? '',
    'content-type': 'application/x-www-form-urlencoded',
  };
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, title }).toString();
  const { status } = await knock(controller, { url: `${base}/tasks/add/`, method: 'POST', headers, body }, options);
  return status;
}

describe('an Ingress', (test) => {
  test('of class nginx brings visitors of its host to the app, and nobody else', async () => {
    const { controller, name, first } = await living();
    assert.is(first.exitCode, 0, first.report.failure?.message);
    const { status, text } = await knock(controller, { url: `http://${host}/` });
    assert.is(status, 200);
    assert.match(text, /<h1>To do<\/h1>/);
    assert.is((await knock(controller, { url: `http://${further[0]}/` }, { timeout: 0 })).status, 404);
    const networking = controller.all.cluster.kube.makeApiClient(NetworkingV1Api);
    const [ingress] = (await networking.listNamespacedIngress({ namespace: name })).items;
    assert.ok(ingress?.status?.loadBalancer?.ingress?.[0]?.ip, 'the controller has taken the Ingress for its own');
  });

  test('lets forms of its own host through, and Django refuses those of another', async () => {
    const { controller } = await living();
    const base = `http://${host}`;
    assert.is(await submit(controller, base, 'by the form', base), 302);
    assert.is(await submit(controller, base, 'by a stranger', 'http://stranger.example.com'), 403);
    const { text } = await knock(controller, { url: `${base}/` });
    assert.match(text, /by the form/);
    assert.is(text.includes('by a stranger'), false);
  });

  test('of another class is not served until it has this one', async () => {
    const { controller, name } = await living();
    const networking = controller.all.cluster.kube.makeApiClient(NetworkingV1Api);
    const [ours] = (await networking.listNamespacedIngress({ namespace: name })).items;
    const http = ours?.spec?.rules?.[0]?.http;
    assert.ok(http, 'the chart has made an Ingress');
    const create = (of: string, ingressClassName: string) =>
      networking.createNamespacedIngress({
        namespace: name,
        body: { metadata: { name: of }, spec: { ingressClassName, rules: [{ host: `${of}.example.org`, http }] } },
      });
    await create('other', 'e2e-other');
    await create('later', 'nginx');
    // Served, so the controller has seen the one before, too.
    assert.is((await knock(controller, { url: 'http://later.example.org/' })).status, 200);
    assert.is((await knock(controller, { url: 'http://other.example.org/' }, { timeout: 0 })).status, 404);
    const body = [{ op: 'replace', path: '/spec/ingressClassName', value: 'nginx' }];
    await networking.patchNamespacedIngress({ namespace: name, name: 'other', body });
    assert.is((await knock(controller, { url: 'http://other.example.org/' })).status, 200);
  });

  test('with TLS is served with the certificate of its secret, and plain requests are sent there', async () => {
    const { controller, name, again } = await living();
    const authority = await certificate(controller.all, name, 'todo-tls', host);
    const { exitCode, report } = await again('ingress.tls[0].secretName=todo-tls', `ingress.tls[0].hosts[0]=${host}`);
    assert.is(exitCode, 0, report.failure?.message);
    const base = `https://${host}`;
    const { status, text } = await knock(controller, { url: `${base}/` }, { authority });
    assert.is(status, 200);
    assert.match(text, /<h1>To do<\/h1>/);
    assert.is(await submit(controller, base, 'by a form with TLS', base, { authority }), 302);
    assert.is(await submit(controller, base, 'without TLS', `http://${host}`, { authority }), 403);
    const plain = await knock(controller, { url: `http://${host}/health/?full=1` });
    assert.is(plain.status, 308);
    assert.is(plain.headers['location'], `${base}/health/?full=1`);
  });
  // The first one waits for the controller to be compiled where that was never done: minutes on a machine that is busy.
}, 1_800_000);
