import type { Container } from '@dagger.io/dagger';
import { testDatabase } from './database.ts';
import type { Remedy } from './remedy.ts';
import { reachedAt, type Server, testService } from './service.ts';

/** What mysqlclient and PyMySQL say where there is no server, or no host of that name. */
const noServer = /Can't connect to (local |MySQL )*server|Unknown (MySQL )?server host/;

/** The server's host name, where settings name none that it could have. */
const name = 'mariadb';

const usualPort = '3306';

/** Where the C library looks for a server on the tests' own machine: Django's user is not allowed to write where it usually is. */
const socket = '/tmp/mysqld.sock';

/** Everybody may do everything, with any password. Time zones are what `QuerySet.datetimes()` needs. */
const script = `data=/tmp/data
mariadb-install-db --no-defaults --datadir=$data --skip-test-db > /dev/null
{ echo 'USE mysql;'; mariadb-tzinfo-to-sql /usr/share/zoneinfo 2> /dev/null; } | mariadbd --no-defaults --datadir=$data --bootstrap
exec mariadbd --no-defaults --datadir=$data --port="$1" --bind-address=0.0.0.0 --socket=/tmp/server.sock --skip-grant-tables \
  --character-set-server=utf8mb4 --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=OFF`;

/** Where tests find no MySQL at the place that their settings name, there is an empty MariaDB. */
export const mariadbServer: Remedy = async (ran) => {
  const { images, dag, ensureImage, runId } = ran;
  const database = await testDatabase(ran, noServer, /(^|\.)mysql(\.connector\.django)?$/);
  if (!database) return null;
  const port = Number(database.port || usualPort);
  const host = database.host || 'localhost';
  await ensureImage(images.mariadb);
  const server: Server = { image: images.mariadb, user: 'nobody', script, args: [String(port)], port };
  const step = reachedAt(host, port, name, testService(dag, server, runId), socket);
  if (!step) return null;
  // mysqlclient takes `localhost` for a socket.
  const bySocket = (ctr: Container) => ctr.with(step).withEnvVariable('MYSQL_UNIX_PORT', socket);
  return {
    step: host === 'localhost' ? bySocket : step,
    note: `the tests had an empty MariaDB at ${host} that lived as long as they`,
  };
};
