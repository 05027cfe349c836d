import type { Service } from '@dagger.io/dagger';
import type { Step } from '../../core/context.ts';
import { testDatabase } from './database.ts';
import type { Remedy } from './remedy.ts';
import { reachedAt, type Server, testService } from './service.ts';

/** What psycopg says, of versions 2 and 3, where there is no server, or no host of that name. */
const noServer =
  /could not connect to server|connection to server|could not translate host name|failed to resolve host/;

/** The server's host name, where settings name none that it could have. */
const name = 'postgres';

/** By default, and as the superuser of Debian and of the public image is called. */
const usual = { port: '5432', user: 'postgres' };

/** The user may do everything, with any password. Some settings insist on encryption. Debian's programs are not on the PATH. */
const script = `PATH="$PATH:$(echo /usr/lib/postgresql/*/bin)"
initdb --pgdata /tmp/data --username "$1" --auth trust --encoding UTF8 --no-locale --no-sync > /dev/null
echo 'host all all all trust' >> /tmp/data/pg_hba.conf
encryption=off
if command -v openssl > /dev/null; then
  openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=postgres -keyout /tmp/data/server.key -out /tmp/data/server.crt 2> /dev/null
  encryption=on
fi
exec postgres -D /tmp/data -p "$2" -c listen_addresses='*' -c unix_socket_directories=/tmp \
  -c ssl=$encryption -c fsync=off -c synchronous_commit=off -c full_page_writes=off`;

/** Where tests find no PostgreSQL at the place that their settings name, there is an empty one. */
export const postgresServer: Remedy = async (ran) => {
  const { images, dag, ensureImage, runId } = ran;
  const database = await testDatabase(ran, noServer, /(^|\.)postgresql(_psycopg2)?$/);
  if (!database) return null;
  const { host } = database;
  const port = database.port || usual.port;
  const args = [database.user || usual.user, port];
  const server: Server = { image: images.postgres, user: 'postgres', script, args, port: Number(port) };
  await ensureImage(images.postgres);
  const service = testService(dag, server, runId);
  const step = host === '' ? byVariables(service) : reachedAt(host, server.port, name, service);
  return step && { step, note: `the tests had an empty PostgreSQL${host && ` at ${host}`} that lived as long as they` };
};

/** Where settings name no host, the variables of PostgreSQL's own library count. */
function byVariables(service: Service): Step {
  return (ctr) =>
    ctr.withServiceBinding(name, service).withEnvVariable('PGHOST', name).withEnvVariable('PGUSER', usual.user);
}
