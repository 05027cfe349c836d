import type { Client, Service } from '@dagger.io/dagger';

/** Some settings insist on encryption. Nobody needs the data when the tests have ended. Debian's programs are not on the PATH. */
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

/**
 * A PostgreSQL with nothing in it, which lives as long as something is bound to it.
 * @param image with PostgreSQL's programs and a user `postgres`
 * @param options `user` may do everything, with any password; `nonce` keeps runs apart that share a session
 */
export function postgres(
  dag: Client,
  image: string,
  { user, port, nonce }: { user: string; port: number; nonce: string },
): Service {
  return dag
    .container()
    .from(image)
    .withUser('postgres')
    .withEnvVariable('PIPELINE_RUN_ID', nonce)
    .withExposedPort(port)
    .asService({ args: ['sh', '-euc', script, 'sh', user, String(port)] });
}
