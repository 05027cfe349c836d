import * as assert from 'uvu/assert';
import { helmIgnore } from '../../../helm/ignore.ts';
import { describe, rejects } from '../../harness.ts';

const folders = ['cargo', 'mast', 'templates', 'templates/tests', 'ci', 'tests'];
const leavesOut = (rules: string, path: string) => helmIgnore(rules)(path, folders.includes(path));

describe('.helmignore', (test) => {
  // The cases of Helm's own test, pkg/ignore/rules_test.go.
  const cases: [rule: string, path: string, leftOut: boolean][] = [
    ['helm.txt', 'helm.txt', true],
    ['helm.*', 'helm.txt', true],
    ['helm.*', 'rudder.txt', false],
    ['*.txt', 'tiller.txt', true],
    ['*.txt', 'cargo/a.txt', true],
    ['cargo/*.txt', 'cargo/a.txt', true],
    ['cargo/*.*', 'cargo/a.txt', true],
    ['cargo/*.txt', 'mast/a.txt', false],
    ['ru[c-e]?er.txt', 'rudder.txt', true],
    ['templates/.?*', 'templates/.dotfile', true],
    ['.*', '.joonix', true],
    ['.*', 'helm.txt', false],
    ['cargo/', 'cargo', true],
    ['cargo/', 'mast', false],
    ['helm.txt/', 'helm.txt', false],
    ['!helm.txt', 'helm.txt', false],
    ['!helm.txt', 'tiller.txt', true],
    ['!*.txt', 'cargo', true],
    ['!cargo/', 'mast', true],
    ['!cargo/', 'helm.txt', true],
    ['/a.txt', 'a.txt', true],
    ['/a.txt', 'cargo/a.txt', false],
    ['/cargo/a.txt', 'cargo/a.txt', true],
    // And Go's filepath.Match.
    ['a*', 'ab/c', false],
    ['[^a-c]x', 'dx', true],
    ['[^a-c]x', 'bx', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a.b', 'axb', false],
    ['(a)+', '(a)+', true],
    ['[a\\]]x', ']x', true],
    ['ä?', 'äö', true],
  ];
  for (const [rule, path, leftOut] of cases)
    test(`${rule} ${leftOut ? 'leaves out' : 'keeps'} ${path}`, () => assert.is(leavesOut(rule, path), leftOut));

  test('has comments, empty lines, and a byte order mark', () => {
    const rules = '\ufeffci/\r\n# *.yaml\n\n  /tests/  \r\n';
    assert.equal(
      ['ci', 'tests', 'templates/tests', 'values.yaml'].map((path) => leavesOut(rules, path)),
      [true, true, false, false],
    );
  });

  test('always has dotfiles in templates, none below it', () => {
    assert.equal(
      ['templates/.x.swp', 'templates/tests/.x', '.x'].map((path) => leavesOut('', path)),
      [true, false, false],
    );
  });

  test('is refused where Helm refuses it', async () => {
    for (const rule of ['foo/**/bar', '[z-', 'a[', 'x\\', '[]a]']) {
      const error = await rejects((async () => helmIgnore(`ok\n${rule}\n`))());
      assert.ok(error.message.startsWith(`.helmignore: ${rule}: Helm`), error.message);
    }
  });
});
