import { type Files, readIfAny } from './files.ts';
import type { Dependencies } from './findDependencies.ts';

/** Drivers of PostgreSQL and MySQL, as the package index names them. */
const driver = /\b(psycopg|mysqlclient|pymysql|mysql-connector-python)/i;

/** Whether a driver of a database that is a server is among what an app depends on. */
export function usesDatabaseServer(files: Files, { files: paths }: Dependencies): boolean {
  return paths.some((path) => driver.test(readIfAny(files, path) ?? ''));
}
