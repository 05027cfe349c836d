import * as assert from 'uvu/assert';
import { chooseEngine, type Findings } from '../../../targets/chooseEngine.ts';
import { describe } from '../../harness.ts';

const nothing: Findings = { env: {}, toolchainRuns: async () => false, workingRuntime: async () => null };

describe('chooseEngine', (test) => {
  test('takes the session of a `dagger run` before all else', async () => {
    const env = { DAGGER_SESSION_PORT: '1', _EXPERIMENTAL_DAGGER_RUNNER_HOST: 'tcp://x:1' };
    const all = { env, toolchainRuns: async () => true, workingRuntime: async () => 'docker' };
    assert.equal(await chooseEngine(all), { kind: 'session' });
  });

  test('takes what was set up on purpose before what happens to be there', async () => {
    const env = { _EXPERIMENTAL_DAGGER_RUNNER_HOST: 'tcp://x:1' };
    const all = { env, toolchainRuns: async () => true, workingRuntime: async () => 'docker' };
    assert.equal(await chooseEngine(all), { kind: 'given', runnerHost: 'tcp://x:1' });
    assert.equal(await chooseEngine({ ...all, env: {} }), { kind: 'toolchain' });
    const runtime = { ...nothing, workingRuntime: async () => 'podman' };
    assert.equal(await chooseEngine(runtime), { kind: 'runtime', runtime: 'podman' });
  });

  test('builds one where there is nothing', async () => {
    assert.equal(await chooseEngine(nothing), { kind: 'build' });
  });

  test('does not ask for a runtime that it does not need', async () => {
    const asked = {
      ...nothing,
      toolchainRuns: async () => true,
      workingRuntime: () => Promise.reject(new Error('asked')),
    };
    assert.equal(await chooseEngine(asked), { kind: 'toolchain' });
  });
});
