import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../core/program.ts';
import { temporaryFolder } from './apps.ts';
import type { Build, Step } from './runJenkinsfile.ts';

export const jenkinsfile = readFileSync(join(root, 'Jenkinsfile'), 'utf8');
export const install = 'npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund';
export const ensure = `cmp -s package-lock.json node_modules/.installed && exit; ${install}; cp package-lock.json node_modules/.installed`;
export const run = 'dagger run node ci/index.ts';
export const causes = [
  {
    _class: 'hudson.model.Cause$UserIdCause',
    shortDescription: 'Started by user Ada',
    userId: 'ada',
    userName: 'Ada',
  },
];
export const credentials = {
  registry: { username: 'deployer', password: 'hunter2' },
  kubeconfig: { file: 'token: swordfish\n' },
  'slack-webhook': { secret: 'https://hooks.example/T0/B0' },
};
/** What only the run may see. */
export const secrets = /hunter2|hooks\.example|secretFiles|swordfish/;

export const junit = (body: string) => `<testsuite><testcase name="a">${body}</testcase></testsuite>`;
export const report = (xml: string) =>
  `mkdir -p reports/junit; echo '{}' > reports/report.json; echo '${xml}' > reports/junit/tests.xml`;

/** An agent whose `npm` and `dagger` note how they were called, and then do as they are told. */
export function agent({ npm = 'mkdir node_modules', dagger = 'true' } = {}) {
  const folder = temporaryFolder();
  const workspace = join(folder, 'workspace');
  mkdirSync(workspace);
  writeFileSync(join(workspace, 'package-lock.json'), '{}');
  for (const [name, commands] of Object.entries({ npm, dagger })) {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\necho "${name} $*" > '${path}.argv'\nenv > '${path}.env'\n${commands}\n`);
    chmodSync(path, 0o755);
  }
  const build: Build = {
    jenkinsfile,
    workspace,
    environment: { PATH: `${folder}:/usr/bin:/bin`, BUILD_NUMBER: '7' },
    credentials,
    causes,
  };
  const seen = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '');
  return { build, workspace, seen };
}

/** Names and commands, and how they ended. */
export function outline(steps: readonly Step[]): string[] {
  return steps.flatMap(({ name, outcome, args, body = [] }) => {
    const lines = name === 'sh' ? String(args?.[0]).trim().split(/\n\s*/) : [];
    const command = lines.map((line) => ` ${line}`).join(';');
    return [`${name}${command}${outcome ? `: ${outcome}` : ''}`, ...outline(body).map((line) => `  ${line}`)];
  });
}

export const filed = ['post always', '  archiveArtifacts: passed', '  junit: passed'];
