#!/usr/bin/env node
/**
 * What `npx django-delivery-pipeline` starts. Compiled it runs with Node 18 and newer: a Node that is too old for the program
 * hands over to the one that the package brings along, or says what is missing.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { nodeFor } from './cli/nodeFor.ts';

/** As in core/errors.ts, which an old Node might not be able to load. */
const usage = 64;

const node = nodeFor();
if ('missing' in node) refuse(node.missing);
else if (node.path !== process.execPath) handOver(node.path);
else if (process.argv[2] === 'toolchain') {
  process.argv.splice(2, 1);
  await import('./toolchain/index.ts');
} else await import('./index.ts');

function refuse(missing: string): void {
  process.stderr.write(`django-delivery-pipeline: ${missing}\n`);
  process.exitCode = usage;
}

/** Signals go on to the other one, which decides what they mean; its end is ours. */
function handOver(path: string): void {
  const argv = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(path, argv, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`${path} cannot be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? constants.signals[signal] : 0);
  });
}
