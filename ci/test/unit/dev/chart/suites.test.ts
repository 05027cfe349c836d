import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { root } from '../../../../core/program.ts';
import { isNoTemplate, mutants, mutated } from '../../../../dev/chart/mutants.ts';
import { describe } from '../../../harness.ts';

const chart = join(root, 'helm-chart');
const templates = readdirSync(join(chart, 'templates'), { recursive: true, encoding: 'utf8' });
const read = (file: string) => readFileSync(join(chart, 'templates', file), 'utf8');

interface Suite {
  suite: string;
  templates: string[];
  tests: { it: string; asserts: unknown[] }[];
}

const suites = readdirSync(join(chart, 'tests'))
  .filter((file) => file.endsWith('_test.yaml'))
  .map((file) => parse(readFileSync(join(chart, 'tests', file), 'utf8'), { merge: true }) as Suite);

// That each branch is covered is shown by `npm run chart:mutate`, which takes many minutes and needs helm-unittest.
describe('the suites of the chart', (test) => {
  test('name each template', () => {
    const named = new Set(suites.flatMap((suite) => suite.templates));
    const rendered = templates.filter((file) => /\.(yaml|txt)$/.test(file));
    assert.ok(rendered.length > 10);
    assert.equal(
      rendered.filter((file) => !named.has(file)),
      [],
    );
  });

  test('reach each named template of the chart: something includes it', () => {
    const texts = templates.filter((file) => /\.(yaml|txt|tpl)$/.test(file)).map(read);
    const defined = texts.flatMap((text) => [...text.matchAll(/\{\{- define "([^"]+)"/g)].map(([, name]) => name));
    const included = new Set(texts.flatMap((text) => [...text.matchAll(/include "([^"]+)"/g)].map(([, name]) => name)));
    assert.ok(defined.length > 20);
    assert.equal(
      defined.filter((name) => !included.has(name)),
      [],
    );
  });

  test('say what should be, once each, and assert something', () => {
    const tests = suites.flatMap((suite) =>
      suite.tests.map((each) => ({ ...each, name: `${suite.suite}: ${each.it}` })),
    );
    assert.ok(tests.length > 100);
    assert.equal(
      tests.filter(({ it, asserts }) => !it.startsWith('should ') || !(asserts.length > 0)).map(({ name }) => name),
      [],
    );
    assert.is(new Set(tests.map(({ name }) => name)).size, tests.length);
  });
});

describe('the breaks of a template', (test) => {
  const breaks = (template: string) => mutants(template).map(({ to }) => to);

  test('turn conditions round', () => {
    assert.equal(breaks('{{- if eq .a "b" }}'), ['{{- if not (eq .a "b") }}', '{{- if ne .a "b" }}']);
    assert.equal(breaks('{{- else if and .a .b }}'), ['{{- else if not (and .a .b) }}', '{{- else if or .a .b }}']);
  });

  test('empty what is gone through', () => {
    assert.equal(breaks('{{- with .a }}'), ['{{- with (and false (.a)) }}']);
    assert.equal(breaks('{{- range $b := .a }}'), ['{{- range $b := list }}']);
    assert.equal(breaks('{{- range $b, $c := .a }}'), ['{{- range $b, $c := list }}']);
    assert.equal(breaks('{{- range .a }}'), ['{{- range list }}']);
  });

  test('leave out steps of a pipeline and lines', () => {
    assert.equal(breaks('a: {{ .b | trunc 63 | default (c (list .d)) }}'), [
      'a: {{ .b | default (c (list .d)) }}',
      'a: {{ .b | trunc 63 }}',
      '',
    ]);
    assert.equal(breaks('{{- end }}\n\nb: c'), ['']);
  });

  test('spare comments', () => {
    assert.equal(breaks('{{/*\nif and | trunc 1\n*/}}\n{{- /* one */}}\n{{- end }}'), []);
  });

  test('do not count where they leave no template', () => {
    const said = 'Error: parse error at (django-app/templates/_pod.tpl:18): undefined variable "$env"';
    assert.ok(isNoTemplate(said));
    assert.not.ok(isNoTemplate('Error: template: django-app/templates/_pod.tpl:18:4: error calling include: …'));
  });

  test('change the one line', () => {
    const template = 'a: 1\nb: {{ .c | quote }}\nd: 2';
    const [, quoted] = mutants(template);
    assert.is(quoted && mutated(template, quoted), 'a: 1\nb: {{ .c }}\nd: 2');
  });
});
