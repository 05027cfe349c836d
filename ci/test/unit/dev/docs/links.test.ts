import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import * as assert from 'uvu/assert';
import { kebab, optionNames } from '../../../../config/options.ts';
import { commands } from '../../../../core/config.ts';
import { root } from '../../../../core/program.ts';
import { describe } from '../../../harness.ts';

const docs = readdirSync(join(root, 'docs')).map((name) => `docs/${name}`);
const pages = ['README.md', 'CONTRIBUTING.md', 'helm-chart/README.md', 'k8s/README.md', ...docs.filter(isPage)];
const text = (page: string) => readFileSync(join(root, page), 'utf8');

function isPage(name: string): boolean {
  return name.endsWith('.md');
}

/** As GitHub makes them of headings. */
function anchors(page: string): string[] {
  return [...text(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function linksOf(page: string): string[] {
  return [...text(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

describe('the pages', (test) => {
  for (const page of pages)
    test(`${page} links to what is there`, () => {
      for (const link of linksOf(page)) {
        const [path = '', anchor] = link.split('#');
        const target = path === '' ? page : normalize(join(dirname(page), path));
        assert.ok(existsSync(join(root, target)), `${page}: ${link}`);
        if (anchor && isPage(target)) assert.ok(anchors(target).includes(anchor), `${page}: ${link}`);
        if (path.endsWith('/')) assert.ok(statSync(join(root, target)).isDirectory(), `${page}: ${link}`);
      }
    });

  test('README.md reaches each page, and fits on a page itself; so does CONTRIBUTING.md', () => {
    const linked = linksOf('README.md');
    assert.equal(
      docs.filter((page) => isPage(page) && !linked.includes(page)),
      [],
    );
    assert.ok(text('README.md').split('\n').length <= 201);
    assert.ok(text('CONTRIBUTING.md').split('\n').length <= 81);
  });

  test('name commands, flags and scripts that are there', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    const flags = new Set([...optionNames.map(kebab), 'help', 'version']);
    for (const page of pages) {
      for (const [, script = ''] of text(page).matchAll(/\bnpm run (?:-s )?([a-z][\w:]*)/g))
        assert.ok(script in scripts, `${page}: npm run ${script}`);
      for (const [, line = ''] of text(page).matchAll(/\bnpm run ci -- ([^`\n#]*)/g)) {
        const [word = ''] = line.split(' ');
        if (/^[a-z]/.test(word)) assert.ok((commands as readonly string[]).includes(word), `${page}: ${line}`);
        for (const [, flag = ''] of line.matchAll(/--([a-z][a-z-]*)/g))
          assert.ok(flags.has(flag), `${page}: --${flag}`);
      }
    }
  });

  test('and the files beside them name files of the program that are there', () => {
    const inside = ['docs', 'k8s', 'example', '.github', 'ci/django'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    );
    const read = [...pages, 'Dockerfile', 'Jenkinsfile', ...inside.filter((name) => /\.[a-z]+$/.test(name))];
    assert.ok(read.length > 50);
    for (const file of read)
      for (const [path] of text(file).matchAll(/\bci\/[\w/]+\.ts\b/g))
        assert.ok(existsSync(join(root, path)), `${file}: ${path}`);
  });
});
