declare global {
  var UVU_DEFER: boolean | undefined;
  /** Suites waiting to run, a group for each file: [name of the file, ...suites]. */
  var UVU_QUEUE: [string, ...UvuSuite[]][];
  /** The group that suites are added to. */
  var UVU_INDEX: number;
}

/** What uvu queues: runs a suite and tells [errors, passed, skipped, total]. */
export type UvuSuite = () => Promise<[errors: string | true, passed: number, skipped: number, total: number]>;

// Read by uvu when it is loaded, so this module is imported before it: suites are collected, and run when we say so.
globalThis.UVU_DEFER = true;
globalThis.UVU_QUEUE = [];
