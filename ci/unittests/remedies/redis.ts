import { type Remedy, says } from './remedy.ts';
import { reachedAt, type Server, testService } from './service.ts';

/** What redis-py says, whose message names the place, where there is no server, or no host of that name. */
const noServer = /Error -?\d+ connecting to ([\w-]+|127\.0\.0\.1):(\d+)/;

const script = 'exec redis-server --port "$1" --bind 0.0.0.0 --protected-mode no --save "" --appendonly no --dir /tmp';

/** Where tests find no Redis at the place where they look for it, there is an empty one. */
export const redisServer: Remedy = async (ran) => {
  const { dag, images, ensureImage, runId } = ran;
  const [, host = '', port = ''] = says(ran, noServer) ?? [];
  if (host === '') return null;
  await ensureImage(images.redis);
  const server: Server = { image: images.redis, user: 'redis', script, args: [port], port: Number(port) };
  const step = reachedAt(host, server.port, 'redis', testService(dag, server, runId));
  return step && { step, note: `the tests had an empty Redis at ${host} that lived as long as they` };
};
