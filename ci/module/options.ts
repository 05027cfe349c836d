/** How a delivery goes about it. Stands apart from the settings, which say what it does. */
export interface Options {
  /** Instead of this process's variables: the delivery sees no others, so PATH and HOME belong in it. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Aborted: the delivery stops as at Ctrl-C, and the report says 130 (143 when the reason is 'SIGTERM'). */
  signal?: AbortSignal | undefined;
  /** Gets what the command line would print, such as process.stderr. Absent: nothing is printed. */
  log?: Output | undefined;
}

/** Any writable stream will do. */
export interface Output {
  write(text: string): unknown;
}
