import * as assert from 'uvu/assert';
import type { Finding } from '../../../core/report.ts';
import { countFindings, formatFinding } from '../../../lint/finding.ts';
import { helmFindings } from '../../../lint/helmFindings.ts';
import { dockerfileFindings } from '../../../lint/lintDockerfile.ts';
import { chartTestFindings } from '../../../lint/testChart.ts';
import { describe } from '../../harness.ts';

const places = (findings: readonly Finding[]) => findings.map(formatFinding);
/** Output of `helm lint` as version 4.2 prints it. */
const linted = (text: string) =>
  `==> Linting .\n[INFO] Chart.yaml: icon is recommended\n${text}\n\nError: 1 chart(s) linted, 1 chart(s) failed\n`;

describe('a finding', (test) => {
  test('is one line that starts with its place', () => {
    const finding: Finding = { tool: 'hadolint', level: 'warning', file: 'Dockerfile', message: 'a\n  b' };
    assert.is(formatFinding({ ...finding, line: 3, rule: 'DL3008' }), 'Dockerfile:3: warning: a b (hadolint DL3008)');
    assert.is(formatFinding(finding), 'Dockerfile: warning: a b (hadolint)');
  });

  test('is counted by level', () => {
    const of = (...levels: Finding['level'][]) => levels.map((level) => ({ level }) as Finding);
    assert.is(countFindings(of('warning', 'error', 'info', 'error')), '2 errors, 1 warning, 1 remark');
    assert.is(countFindings(of('info', 'info')), '2 remarks');
    assert.is(countFindings([]), '');
  });
});

describe('helmFindings', (test) => {
  const schema = linted(
    "[ERROR] values.yaml: - at '/service': additional properties 'prot' not allowed\n- at '/replicaCount': maximum: got 2, want 1\n\n" +
      "[ERROR] templates/: values don't meet the specifications of the schema(s) in the following chart(s):\ndjango-app:\n" +
      "- at '/replicaCount': maximum: got 2, want 1\n- at '/service': additional properties 'prot' not allowed\n\n",
  );

  test('says nothing of a chart that Helm likes, remarks included', () =>
    assert.equal(helmFindings({ lint: linted(''), template: '' }, 'chart', []), []));

  test('leads a value that the schema refuses to the strongest file that has it, once', () => {
    const files = [
      { path: 'first.yaml', text: 'service:\n  prot: 80\nreplicaCount: 2\n' },
      { path: 'second.yaml', text: '# why\nreplicaCount: 2\n' },
    ];
    assert.equal(places(helmFindings({ lint: schema, template: '' }, 'chart', files)), [
      "first.yaml:2: error: value service.prot: additional properties 'prot' not allowed (helm schema)",
      'second.yaml:2: error: value replicaCount: maximum: got 2, want 1 (helm schema)',
    ]);
  });

  test('names the value where it came from no file', () => {
    const [first] = places(helmFindings({ lint: schema, template: '' }, 'chart', []));
    assert.is(
      first,
      "chart/values.yaml: error: value service.prot: additional properties 'prot' not allowed (helm schema)",
    );
  });

  test("names a template's line", () => {
    const broken =
      '[ERROR] templates/: django-app/templates/service.yaml:17:10\n  executing "django-app/templates/service.yaml" at <.Values.foo.bar>:\n    nil pointer evaluating interface {}.bar\n';
    const [finding, ...more] = helmFindings({ lint: linted(broken), template: '' }, 'chart', []);
    assert.is(`${finding?.file}:${finding?.line}`, 'chart/templates/service.yaml:17');
    assert.match(finding?.message ?? '', /nil pointer/);
    assert.equal(more, []);
  });

  test('tells what a template refuses, which lint lets pass', () => {
    const template =
      'level=WARN msg="missing required values"\nError: execution error at (django-app/templates/tests/http.yaml:24:10): neither image.tag nor image.digest is set\n\nUse --debug flag to render out invalid YAML\n';
    assert.equal(places(helmFindings({ lint: linted(''), template }, 'chart', [])), [
      'chart/templates/tests/http.yaml:24: error: neither image.tag nor image.digest is set (helm)',
    ]);
  });

  test('takes warnings for errors', () => {
    const lint = linted('[WARNING] templates/job.yaml: batch/v1beta1 CronJob is deprecated\n');
    assert.equal(places(helmFindings({ lint, template: '' }, 'chart', [])), [
      'chart/templates/job.yaml: error: batch/v1beta1 CronJob is deprecated (helm)',
    ]);
  });
});

describe('chartTestFindings', (test) => {
  const suites = {
    'tests/a_test.yaml': 'suite: other\ntests:\n  - it: should be fine\n',
    'tests/b_test.yaml': 'suite: service\ntests:\n  - it: should be fine\n    asserts: []\n  - it: should fail\n',
  };
  const failed = (suite: string, name: string) => ({ suite, name, ms: 1, outcome: 'failed' as const, message: 'no' });

  test('names the line where a failed test is declared', () => {
    const cases = [failed('service', 'should fail'), { ...failed('service', 'x'), outcome: 'passed' as const }];
    assert.equal(places(chartTestFindings(cases, suites, 'chart')), [
      'chart/tests/b_test.yaml:5: error: service › should fail: no (helm-unittest)',
    ]);
  });

  test('names the suite where the test is not found, and the folder where the suite is not', () => {
    assert.equal(
      chartTestFindings([failed('service', 'gone'), failed('gone', 'x')], suites, 'chart').map(({ file, line }) => [
        file,
        line,
      ]),
      [
        ['chart/tests/b_test.yaml', 1],
        ['chart/tests', undefined],
      ],
    );
  });
});

describe('dockerfileFindings', (test) => {
  test("keeps hadolint's levels, but leaves it to the builder to say what can be read", () => {
    const entry = (code: string, level: string) => ({ code, level, line: 2, column: 1, file: '-', message: 'm' });
    const output = JSON.stringify([
      entry('DL3021', 'error'),
      entry('DL1000', 'error'),
      entry('DL3008', 'warning'),
      entry('DL3015', 'info'),
      entry('SC1', 'style'),
    ]);
    const own = dockerfileFindings(output, 'Dockerfile', true).map(({ level }) => level);
    assert.equal(
      own,
      ['warning', 'warning', 'warning', 'info', 'info'],
      'nobody is stopped by what built images before',
    );
    assert.equal(
      dockerfileFindings(output, 'app/Dockerfile', false).map(({ level, rule, file }) => `${level} ${rule} ${file}`),
      ['error DL3021', 'warning DL1000', 'warning DL3008', 'info DL3015', 'info SC1'].map(
        (each) => `${each} app/Dockerfile`,
      ),
    );
  });
});
