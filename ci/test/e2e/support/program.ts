import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../core/program.ts';

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Program {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when stderr holds the text; rejects when the program ends before. */
  says(text: string): Promise<void>;
  /** To all processes of the program, as a terminal does at Ctrl-C. */
  interrupt(signal: NodeJS.Signals): void;
  /** Ids of those that have not ended. */
  left(): number[];
}

/**
 * Starts the command line as a user does.
 * @param env more of the environment; what is undefined is taken out of it
 */
export function program(argv: readonly string[], env: NodeJS.ProcessEnv = {}, command = [process.execPath]): Program {
  const [file = '', ...before] = command;
  // What started these tests is no part of the program's own environment.
  const { DAGGER_SESSION_PORT: _, DAGGER_SILENT: __, CI: ___, ...inherited } = process.env;
  const child = spawn(file, [...before, join(root, 'ci/index.ts'), ...argv], {
    cwd: root,
    detached: true,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  const heard: (() => void)[] = [];
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
    for (const listen of heard) listen();
  });
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, stdout, stderr })));
  return {
    child,
    ended,
    says: (text) =>
      new Promise((found, missed) => {
        const listen = () => stderr.includes(text) && found();
        heard.push(listen);
        listen();
        void ended.then(() => missed(new Error(`the program ended without saying '${text}':\n${stderr}`)));
      }),
    interrupt: (signal) => void process.kill(-(child.pid as number), signal),
    left: () => inGroup(child.pid as number),
  };
}

function inGroup(group: number): number[] {
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const [state, , pgrp] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(pgrp) === group && state !== 'Z' ? [Number(entry)] : [];
    } catch {
      return []; // it has just ended
    }
  });
}

/** Runs the command line to its end. */
export function runProgram(argv: readonly string[], env: NodeJS.ProcessEnv = {}, command?: string[]): Promise<Ended> {
  return program(argv, env, command).ended;
}
