import * as assert from 'uvu/assert';
import { digestTag, imageTag, imageVersion } from '../../../image/names.ts';
import { pythonImage } from '../../../image/pythonImage.ts';
import { parseSettings } from '../../../image/settings.ts';
import { describe } from '../../harness.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';
const clean = { commit, dirty: false };

describe('digestTag', (test) => {
  test('is of one image alone, and still says commit and build', () => {
    const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
    assert.is(digestTag('fedcba987654-42', digest), 'fedcba987654-42-0123456789ab');
    assert.is.not(digestTag('fedcba987654-42', digest), digestTag('fedcba987654-42', digest.replace('0123', '3210')));
    assert.match(digestTag('a'.repeat(128), digest), /^a{115}-0123456789ab$/);
  });
});

describe('imageTag', (test) => {
  test('is the short commit and the build number', () => {
    assert.is(imageTag(clean, '42'), '0123456789ab-42');
    assert.is(imageTag({ commit: 'dir-fedcba987654', dirty: false }, 'local'), 'dir-fedcba987654-local');
  });

  test('does not pass a changed folder off as its commit', () => {
    assert.is(imageTag({ commit, dirty: true }, 'local'), '0123456789ab-dirty-local');
    assert.is(imageVersion({ commit, dirty: true }), '0123456789ab-dirty');
  });

  test('is a valid tag whatever the CI server counts with', () => {
    for (const buildNumber of ['jenkins/shop #42', 'ä'.repeat(300), '1'.repeat(300), '']) {
      assert.match(imageTag(clean, buildNumber), /^[\w][\w.-]{0,127}$/);
    }
    assert.is(imageTag(clean, 'jenkins/shop #42'), '0123456789ab-jenkins-shop-42');
  });
});

describe('pythonImage', (test) => {
  const asks = (specifier: string) => ({ python: { from: '.python-version', specifier }, djangoLimit: null });

  test('puts the version that the app asks for into the pattern', () => {
    assert.equal(pythonImage('python:{version}-slim', asks('==3.11.*')), { reference: 'python:3.11-slim' });
    assert.equal(pythonImage('python:{version}-slim', null), { reference: 'python:3.13-slim' });
  });

  test('takes an image of one version, and says so when the app asks for another', () => {
    const image = 'registry:5000/python:3.13@sha256:00ff';
    assert.equal(pythonImage(image, asks('>=3.10')), { reference: image });
    const { reference, note } = pythonImage(image, asks('==3.11.*'));
    assert.is(reference, image);
    assert.is(note, `.python-version asks for Python ==3.11.*; built with 3.13, from ${image}`);
  });

  test('takes a version that does not exist as a reason for a note', () => {
    const { reference, note } = pythonImage('python:{version}-slim', asks('>=4'));
    assert.is(reference, 'python:3.14-slim');
    assert.match(note ?? '', '>=4');
  });

  test('takes one of the versions that the pattern lists', () => {
    const pattern = 'mirror/python:{3.13,3.11,3.9}-slim';
    const of = (app: Parameters<typeof pythonImage>[1]) => pythonImage(pattern, app).reference;
    assert.is(of(null), 'mirror/python:3.13-slim');
    assert.is(of(asks('==3.11.*')), 'mirror/python:3.11-slim');
    assert.is(of(asks('>=3.10')), 'mirror/python:3.13-slim');
    assert.is(pythonImage('mirror/python:{3.11,3.13,3.12}', asks('>=3.12')).reference, 'mirror/python:3.13');
    assert.is(pythonImage('mirror/python:{3.11,3.13,3.12}', null).reference, 'mirror/python:3.11');
    assert.is(of(asks('==3.6.*')), 'mirror/python:3.9-slim');
    assert.is(of(asks('==3.10.*')), 'mirror/python:3.11-slim');
    assert.is(of(asks('>=3.14')), 'mirror/python:3.13-slim');
    assert.equal(pythonImage(pattern, asks('==3.12.*')), {
      reference: 'mirror/python:3.13-slim',
      note: '.python-version asks for Python ==3.12.*; built with 3.13, from mirror/python:3.13-slim',
    });
  });

  test('says nothing of an image that does not name its version', () => {
    assert.equal(pythonImage('registry:5000/base/python', asks('==3.11.*')), {
      reference: 'registry:5000/base/python',
    });
    assert.equal(pythonImage('localhost:5000/python:latest', asks('>=4')), {
      reference: 'localhost:5000/python:latest',
    });
  });
});

describe('pythonImage for an old Django', (test) => {
  const django32 = { from: 'requirements.txt', django: '3.2', python: '3.10' };
  const of = (pattern: string, specifier?: string, djangoLimit = django32) =>
    pythonImage(pattern, {
      python: null,
      ...(specifier !== undefined && { python: { from: '.python-version', specifier } }),
      djangoLimit,
    });
  const says = (version: string, reference = `python:${version}`) => ({
    reference,
    note: `Django 3.2 (requirements.txt) runs on Python up to 3.10; built with ${version}, from ${reference}`,
  });

  test('takes the newest that it runs on, and says so', () => {
    assert.equal(of('python:{version}'), says('3.10'));
    assert.equal(of('python:{3.13,3.11,3.9}'), says('3.9'));
    assert.equal(of('python:{version}', '>=3.8'), says('3.10'));
  });

  test('goes by what the app asks for, where the two cannot be had together', () => {
    assert.equal(of('python:{version}', '==3.12.*'), { reference: 'python:3.12' });
    assert.equal(of('python:{version}', '==3.9.*'), { reference: 'python:3.9' });
    assert.equal(of('python:{version}', '==2.7.*').reference, 'python:3.9');
    // An older one would be within the limit, but has not the syntax of 3.10.
    assert.equal(of('python:{3.13,3.11,3.9}', '==3.10.*').reference, 'python:3.11');
    const django42 = { from: 'uv.lock', django: '4.2', python: '3.12' };
    assert.equal(of('python:{3.13,3.11,3.9}', '==3.12.*', django42).reference, 'python:3.11');
  });

  test('takes the oldest where all are too new', () => {
    assert.equal(of('python:{3.13,3.11}'), says('3.11'));
    assert.equal(of('python:3.13-slim'), says('3.13', 'python:3.13-slim'));
  });

  test('says nothing where it runs on what is taken anyway', () => {
    const django51 = { from: 'uv.lock', django: '5.1', python: '3.13' };
    assert.equal(of('python:{version}', undefined, django51), { reference: 'python:3.13' });
  });
});

describe('parseSettings', (test) => {
  test('turns the answer of the overlay into lines', () => {
    const overrides = [
      { setting: 'DEBUG', why: 'was on' },
      { setting: 'ALLOWED_HOSTS', why: 'lacked shop' },
    ];
    assert.equal(parseSettings(JSON.stringify({ overrides, variables: { KEY: '0' }, database: null })), {
      overrides: ['DEBUG: was on', 'ALLOWED_HOSTS: lacked shop'],
      variables: { KEY: '0' },
      database: null,
    });
  });
});
