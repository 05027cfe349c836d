import * as assert from 'uvu/assert';
import { credentials, gitUrl, redact } from '../../../git/url.ts';
import { describe } from '../../harness.ts';

describe('gitUrl', (test) => {
  test('takes what git takes', () => {
    for (const url of [
      'https://github.com/acme/shop.git',
      'http://git.example.com:8080/shop',
      'ssh://git@github.com/acme/shop.git',
      'git://example.com/shop.git',
      'file:///srv/git/shop.git',
      'git@github.com:acme/shop.git',
      'github.com:acme/shop.git',
    ]) {
      assert.equal(gitUrl(url), { url }, url);
    }
  });

  test('refuses folders, other transports and options in disguise', () => {
    for (const text of [
      './shop',
      '/srv/shop',
      'shop',
      'C:\\shop',
      'ext::sh -c id',
      'ftp://example.com/shop',
      '--upload-pack=id',
      '-oProxyCommand=id:shop',
      '-host:shop',
      'https://-oProxyCommand/shop',
      'https://example.com/a\nb',
      'https://',
    ]) {
      assert.is(gitUrl(text), null, text);
    }
  });

  test('takes user name and password out of the URL', () => {
    assert.equal(gitUrl('https://author:s%2Fcret@example.com/shop.git'), {
      url: 'https://example.com/shop.git',
      username: 'author',
      password: 's/cret',
    });
    assert.equal(gitUrl('https://token@example.com/shop.git'), {
      url: 'https://example.com/shop.git',
      username: 'token',
    });
    assert.equal(gitUrl('ssh://git:secret@example.com/shop.git'), { url: 'ssh://git@example.com/shop.git' });
  });
});

describe('redact', (test) => {
  test('hides what stands before the @ of a URL, anywhere in a text', () => {
    const text =
      "fatal: unable to access 'https://author:secret@example.com/shop.git/': and http://tok_123@host:8080/x";
    assert.is(redact(text), "fatal: unable to access 'https://***@example.com/shop.git/': and http://***@host:8080/x");
    assert.is(redact('ssh://git:secret@host/shop'), 'ssh://***@host/shop');
  });

  test('hides a password that is not encoded as it should be', () => {
    for (const password of ['sec@ret', 'sec/ret', 'sec:ret', 'sec?ret', 'sec#ret', '@/@'])
      for (const login of [`author:${password}`, password])
        assert.is(redact(`from https://${login}@host/x.git`), 'from https://***@host/x.git');
  });

  test('leaves addresses without a secret as they are', () => {
    for (const text of [
      'https://example.com/shop',
      'ssh://git@host/shop',
      'git@github.com:acme/shop.git',
      '/srv/shop',
    ]) {
      assert.is(redact(text), text);
    }
  });
});

describe('credentials', (test) => {
  test('are given to git for their host alone, behind settings it was given already', () => {
    const found = credentials({ url: 'https://example.com:8443/shop.git', username: 'author', password: 'secret' }, 2);
    assert.is(found['GIT_CONFIG_COUNT'], '5');
    assert.is(found['GIT_CONFIG_KEY_2'], 'credential.https://example.com:8443.username');
    assert.is(found['GIT_CONFIG_VALUE_2'], 'author');
    assert.is(found['GIT_CONFIG_KEY_4'], 'credential.https://example.com:8443.helper');
    assert.not.match(found['GIT_CONFIG_VALUE_4'] ?? '', 'secret');
    assert.is(found['PIPELINE_GIT_PASSWORD'], 'secret');
  });

  test('leave the helpers of the user in charge when there is no password', () => {
    const found = credentials({ url: 'https://example.com/shop.git', username: 'author' });
    assert.equal(
      Object.keys(found).filter((name) => name.startsWith('GIT_CONFIG_KEY')),
      ['GIT_CONFIG_KEY_0'],
    );
    assert.equal(credentials({ url: 'https://example.com/shop.git' }), {});
  });
});
