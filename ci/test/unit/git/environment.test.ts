import * as assert from 'uvu/assert';
import { gitEnvironment } from '../../../git/environment.ts';
import { describe } from '../../harness.ts';

describe('gitEnvironment', (test) => {
  test("keeps the user's own, proxies and ssh command included", () => {
    const given = {
      HOME: '/home/author',
      HTTPS_PROXY: 'http://proxy:3128',
      GIT_SSH_COMMAND: 'ssh -i key',
      GIT_ASKPASS: '/ask',
    };
    const found = gitEnvironment(given);
    for (const [name, value] of Object.entries(given)) assert.is(found[name], value);
  });

  test('drops what git sets for its hooks, which means another repository', () => {
    const found = gitEnvironment({ GIT_DIR: '/srv/other/.git', GIT_INDEX_FILE: 'index', GIT_WORK_TREE: '/srv/other' });
    assert.equal(
      Object.keys(found).filter((name) => ['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_WORK_TREE'].includes(name)),
      [],
    );
  });

  test('never lets git or ssh ask', () => {
    const found = gitEnvironment({ GIT_TERMINAL_PROMPT: '1', SSH_ASKPASS: '/usr/bin/ask', LC_ALL: 'de_DE.UTF-8' });
    assert.equal([found['GIT_TERMINAL_PROMPT'], found['SSH_ASKPASS'], found['LC_ALL']], ['0', 'false', 'C']);
  });

  test('leaves the limits for a slow server to a user who has set them', () => {
    assert.is(gitEnvironment({})['GIT_HTTP_LOW_SPEED_TIME'], '60');
    assert.is(gitEnvironment({ GIT_HTTP_LOW_SPEED_TIME: '600' })['GIT_HTTP_LOW_SPEED_TIME'], '600');
  });
});
