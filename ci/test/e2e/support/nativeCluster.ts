import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { KubeConfig } from '@kubernetes/client-node';
import { runningDaemon } from '../../../toolchain/daemons/daemon.ts';
import { withLock } from '../../../toolchain/lock.ts';
import type { Parts } from '../../../toolchain/parts/part.ts';
import { isBuilt } from '../../../toolchain/parts/part.ts';
import { parts } from '../../../toolchain/parts/parts.ts';
import { paths } from '../../../toolchain/paths.ts';
import { up } from '../../../toolchain/up.ts';
import { testRun } from '../../harness/runLane.ts';
import { afterAll } from '../../harness.ts';
import { joinUsers, leaveUsers, usersOf } from './native/companions.ts';
import { endNative, type Folders, folders, startNative } from './native/startNative.ts';
import { log } from './shared.ts';

export { nodeName } from './native/startNative.ts';

/** A cluster and a registry as a user's own: no engine and no run of the pipeline has a part in their life. */
export interface NativeCluster {
  /** Path of a kubeconfig. */
  kubeconfig: string;
  kube: KubeConfig;
  /** Its name is for this machine and for the cluster's pods alike, such as `localhost:47310`. */
  registry: { name: string; username?: string; password?: string };
  /** Flags that give both to the program. */
  flags: readonly string[];
  stop(): Promise<void>;
}

const { signal } = new AbortController();
const ours = (): Folders => folders(paths(process.env));

let opened: Promise<NativeCluster> | undefined;
let closesAtEnd = false;

/**
 * The running cluster, or a new one with nothing in it. The processes of one test run share it; another run waits until they have
 * ended. What a run that was killed has left is removed first.
 */
export function nativeCluster(): Promise<NativeCluster> {
  if (!closesAtEnd) afterAll(stopNativeCluster);
  closesAtEnd = true;
  opened ??= open(ours());
  return opened;
}

/** Ends cluster and registry and removes all that they had, unless another process of the test run still uses them. */
export async function stopNativeCluster(): Promise<void> {
  if (!opened) return;
  await opened.catch(() => {}); // also what did not come up is removed
  opened = undefined;
  const where = ours();
  await alone(where, async () => {
    if (leaveUsers(where.users)) await endNative(where);
  });
}

/** The process that all of the node hangs on: another one means that the node was started again. */
export function nativeNodeProcess(): number | undefined {
  return runningDaemon(ours().nodeRecord)?.pid;
}

async function open(where: Folders): Promise<NativeCluster> {
  const all = await parts(paths(process.env));
  const needed = [all.nodeDebian, all.nodeLayer, all.toolBinaries];
  if (!needed.every(isBuilt)) await up(paths(process.env), log, signal);
  for (let told = false; !(await alone(where, () => joined(where, all))); told = true) {
    if (!told) process.stderr.write('Another test run has the native cluster; waiting for it.\n');
    await sleep(500);
  }
  const kube = new KubeConfig();
  kube.loadFromFile(where.kubeconfig);
  const registry = readFileSync(where.registryName, 'utf8');
  const flags = ['--kubeconfig', where.kubeconfig, '--registry', `${registry}/team`];
  return { kubeconfig: where.kubeconfig, kube, registry: { name: registry }, flags, stop: stopNativeCluster };
}

/** Makes this process one of the users, of what is there or of a new one. @returns whether it may be */
async function joined(where: Folders, all: Parts): Promise<boolean> {
  const users = usersOf(where.users, testRun);
  if (users === 'strangers') return false;
  joinUsers(where.users, testRun);
  if (users === 'nobody') await startNative(where, all, signal);
  else if (!nativeNodeProcess()) throw new Error('the cluster that this test run shares has ended');
  return true;
}

/** Held only while the cluster is started or ended. */
const alone = <T>(where: Folders, work: () => Promise<T>): Promise<T> => withLock(where.native, signal, () => {}, work);
