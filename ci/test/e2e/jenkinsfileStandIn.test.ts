import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { describe } from '../harness.ts';
import { bind, refusals, withCondition, withSteps } from './fixtures/jenkinsfiles.ts';
import { temporaryFolder } from './support/apps.ts';
import { type Build, runJenkinsfile, runJenkinsfiles, startJenkinsfile } from './support/runJenkinsfile.ts';

const environment = { PATH: '/usr/bin:/bin' };
const credentials = {
  registry: { username: 'Ada', password: 'hunter2' },
  kubeconfig: { file: 'token: from-the-file\n' },
  webhook: { secret: 'https://hooks.example/T0' },
};

/** In a folder of the test's own, as Jenkins puts files beside it. */
function emptyWorkspace(): string {
  const workspace = join(temporaryFolder(), 'workspace');
  mkdirSync(workspace);
  return workspace;
}

describe('the stand-in for Jenkins', (test) => {
  test('refuses before anything runs what Jenkins would refuse', async () => {
    const names = Object.keys(refusals);
    const builds = Object.values(refusals).map(([jenkinsfile]): Build => ({ jenkinsfile, environment }));
    for (const [index, ran] of (await runJenkinsfiles(builds)).entries()) {
      const [, words] = Object.values(refusals)[index] as [string, RegExp];
      assert.match(ran.problems.join('; '), words, names[index]);
      assert.equal([ran.result, ran.steps, ran.raw], ['FAILURE', [], ''], names[index]);
    }
  });

  test('runs steps in order, and the post section whatever came of them', async () => {
    const always = (steps: string) =>
      `post {\nalways {\n${steps}\n}\nsuccess {\nsh 'echo good'\n}\nfailure {\nsh 'echo bad'\n}\n}`;
    const jenkinsfiles = {
      good: withSteps("sh 'env'", `environment {\nA = 'one'\nB = '\${A}-two$$A$C'\n}\n${always("sh 'echo after'")}`),
      bad: withSteps("sh 'false'\nsh 'echo never'", always("sh 'echo after'\njunit 'none.xml'\nsh 'echo not reached'")),
      red: withSteps("sh 'cp $FROM/*.xml . && false'", always("junit '*.xml'")),
      yellow: withSteps("sh 'cp $FROM/*.xml .'", always("junit '*.xml'\narchiveArtifacts 'no/**'")),
      broken: withSteps('sh \'echo "<testsuite" > a.xml\'', always("junit '*.xml'")),
    };
    const from = temporaryFolder();
    const xml =
      '<testsuites><testsuite><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite></testsuites>';
    writeFileSync(join(from, 'a.xml'), xml);
    const [good, bad, red, yellow, broken] = await runJenkinsfiles(
      Object.values(jenkinsfiles).map((jenkinsfile) => ({ jenkinsfile, environment: { ...environment, FROM: from } })),
    );
    assert.equal(good?.problems, []);
    assert.match(good?.console ?? '', /^B=one-two\$A\$C$/m);
    assert.match(good?.console ?? '', /^after$[\s\S]*^good$/m);
    assert.not.match(good?.console ?? '', /^bad$/m);
    assert.is(good?.result, 'SUCCESS');
    assert.is(bad?.result, 'FAILURE');
    assert.match(
      bad?.console ?? '',
      /script returned exit code 1[\s\S]*^after$[\s\S]*No test report files[\s\S]*^bad$/m,
    );
    assert.not.match(bad?.console ?? '', /^(never|not reached|good)$/m);
    assert.equal([red?.result, red?.tests], ['FAILURE', { total: 2, failed: 1 }]);
    assert.is(readFileSync(join(red?.junit ?? '', 'a.xml'), 'utf8'), xml);
    assert.equal([yellow?.result, yellow?.tests], ['FAILURE', { total: 2, failed: 1 }]);
    assert.match(yellow?.console ?? '', /No artifacts found/);
    assert.equal([broken?.result, broken?.tests], ['FAILURE', { total: 0, failed: 0 }]);
    assert.match(broken?.console ?? '', /a\.xml is no XML/);
  });

  test('marks a build unstable for failed tests alone', async () => {
    const xml = '<testsuite><testcase><error/></testcase></testsuite>';
    const ran = await runJenkinsfile({
      jenkinsfile: withSteps(`sh 'echo "${xml}" > a.xml'\njunit 'a.xml'`),
      environment,
    });
    assert.equal([ran.result, ran.tests], ['UNSTABLE', { total: 1, failed: 1 }]);
  });

  test('asks for the result anew at each condition of the post section', async () => {
    const xml = '<testsuite><testcase><error/></testcase></testsuite>';
    const says = (name: string) => `${name} {\nsh 'echo said ${name}'\n}`;
    const post = `post {\n${says('success')}\n${says('unstable')}\n${says('failure')}\nalways {\njunit 'a.xml'\n}\n}`;
    const [red, green] = await runJenkinsfiles(
      [xml, xml.replace('<error/>', '')].map((text) => ({
        jenkinsfile: withSteps(`sh 'echo "${text}" > a.xml'`, post),
        environment,
      })),
    );
    assert.equal([red?.result, green?.result], ['UNSTABLE', 'SUCCESS']);
    assert.match(red?.console ?? '', /^said unstable$/m);
    assert.not.match(red?.console ?? '', /^said (success|failure)$/m);
    assert.match(green?.console ?? '', /^said success$/m);
  });

  test('runs a stage when its condition holds', async () => {
    const when = (condition: string) => withCondition(`when {\nexpression { ${condition} }\n}`, "sh 'echo ran'");
    const conditions = { "env.A == 'a'": true, "env.A == 'b' || env.B == null": true, 'env.B': false, '!env.A': false };
    const rans = await runJenkinsfiles(
      Object.keys(conditions).map((condition) => ({
        jenkinsfile: when(condition),
        environment: { ...environment, A: 'a' },
      })),
    );
    assert.equal(
      rans.map(({ problems, result, raw }) => [problems, result, /^ran$/m.test(raw)]),
      Object.values(conditions).map((holds) => [[], 'SUCCESS', holds]),
    );
    assert.equal(rans[2]?.steps, [{ name: 'One', outcome: 'skipped', body: [] }]);
  });

  test('lends credentials to their block alone, hides them, and takes files back', async () => {
    const bindings = `[usernamePassword(credentialsId: 'registry', usernameVariable: 'NAME', passwordVariable: 'WORD'),
      file(credentialsId: 'kubeconfig', variable: 'FILE'), string(credentialsId: 'webhook', variable: 'HOOK')]`;
    const inside = "sh 'echo in: $NAME $WORD $HOOK $(cat $FILE) $(stat -c %a $FILE); echo $FILE > path'";
    const outside = `sh 'echo out: \${NAME-none} \${WORD-none} \${HOOK-none} \${FILE-none} hunter2'`;
    const [ran, unknown, wrong] = await runJenkinsfiles(
      [
        withSteps(`${outside}\nwithCredentials(${bindings}) {\n${inside}\n}\n${outside.replace('out:', 'after:')}`),
        withSteps(bind('nobody', "sh 'true'")),
        withSteps(bind('registry', "sh 'true'")),
      ].map((jenkinsfile) => ({ jenkinsfile, environment, credentials, workspace: emptyWorkspace() })),
    );
    assert.equal([ran?.problems, ran?.result], [[], 'SUCCESS']);
    assert.match(ran?.raw ?? '', /^out: none none none none hunter2$/m);
    assert.match(ran?.raw ?? '', /^in: Ada hunter2 https:\/\/hooks\.example\/T0 token: from-the-file 600$/m);
    assert.match(ran?.console ?? '', /^in: Ada \*{4} \*{4} token: from-the-file 600$/m);
    assert.match(ran?.raw ?? '', /^after: none none none none hunter2$/m);
    assert.match(unknown?.console ?? '', /Could not find credentials entry with ID 'nobody'/);
    assert.match(wrong?.console ?? '', /Credentials 'registry' are no string/);
    assert.equal([unknown?.result, wrong?.result], ['FAILURE', 'FAILURE']);
  });

  test('takes the file of a credential back', async () => {
    const workspace = emptyWorkspace();
    const file =
      "withCredentials([file(credentialsId: 'kubeconfig', variable: 'FILE')]) {\nsh 'echo $FILE > path; false'\n}";
    await runJenkinsfile({ jenkinsfile: withSteps(file), environment, credentials, workspace });
    const path = readFileSync(join(workspace, 'path'), 'utf8').trim();
    assert.match(path, /@tmp\/secretFiles\//);
    assert.not.ok(existsSync(path));
    assert.equal(readdirSync(join(`${workspace}@tmp`, 'secretFiles')), []);
  });

  test('stops processes as Jenkins does, and runs the post section then', async () => {
    const workspace = emptyWorkspace();
    // Stays for 7 s: after 5 s the shell that waits for it is ended, and with it the step.
    const stubborn = `trap 'echo TERM >> said' TERM; echo ready; for i in $(seq 70); do sleep 0.1; done; echo end >> said`;
    writeFileSync(join(workspace, 'stubborn.sh'), stubborn);
    const jenkinsfile = withSteps(
      bind('webhook', "sh 'sh stubborn.sh'\nsh 'echo never'"),
      `post {\nalways {\nsh 'echo after \${HOOK-none}'\n}\naborted {\nsh 'echo was aborted'\n}\n}`,
    );
    const running = await startJenkinsfile({ jenkinsfile, environment, credentials, workspace });
    await running.says('ready');
    running.abort();
    const ran = await running.ended;
    assert.is(ran.result, 'ABORTED');
    assert.match(ran.console, /Sending interrupt signal to process[\s\S]*^after none$[\s\S]*^was aborted$/m);
    assert.not.match(ran.console, /^never$/m);
    assert.is(ran.steps[0]?.body?.[0]?.body?.[0]?.outcome, 'aborted');
    const said = readFileSync(join(workspace, 'said'), 'utf8');
    assert.match(said, /^TERM\n(TERM\n)+/, 'more than one signal');
    assert.is(ran.killed, 0);
  });
}, 600_000);
