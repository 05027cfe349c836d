import * as assert from 'uvu/assert';
import { repositoryUrl } from '../../../git/url.ts';
import { describe } from '../../harness.ts';

describe('repositoryUrl', (test) => {
  test('is the same however a repository was cloned, and holds no credentials', () => {
    for (const remote of [
      'git@github.com:acme/shop.git',
      'git@GitHub.com:/acme/shop',
      'github.com:acme/shop.git/',
      'ssh://git@github.com/acme/shop.git',
      'ssh://git@github.com:2222/acme/shop',
      'git://github.com/acme/shop.git',
      'https://github.com/acme/shop.git',
      'https://github.com/acme/shop/',
      'https://author:ghp_secret@github.com/acme/shop.git',
      'https://ghp_secret@github.com:443/acme/shop?a=b#c',
      'http://github.com/acme/shop',
    ])
      assert.is(repositoryUrl(remote), 'https://github.com/acme/shop', remote);
  });

  test('keeps the port of a web server, and the case of the path', () => {
    assert.is(
      repositoryUrl('https://author@git.example.com:8443/Acme/Shop.git'),
      'https://git.example.com:8443/Acme/Shop',
    );
    assert.is(repositoryUrl('http://git.example.com:3000/acme/shop'), 'http://git.example.com:3000/acme/shop');
  });

  test('is nothing for a place on the disk, and for what is no URL', () => {
    for (const remote of ['', '/srv/git/shop.git', '../shop', 'file:///srv/git/shop.git', 'C:\\shop', 'ext::sh -c id'])
      assert.is(repositoryUrl(remote), '', remote);
  });
});
