import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../core/program.ts';
import { temporaryFolder } from './apps.ts';

/** Our chart. */
export const ourChart = join(root, 'helm-chart');

/** A copy of our chart, in which a test may break things. */
export interface Chart {
  folder: string;
  /** Replaces a text in a file; the text must be there. */
  change: (file: string, from: string, to: string) => void;
  write: (file: string, text: string) => void;
}

/** Fields of a container of the app's image that needs nothing of the app: neither its environment nor its data. */
const bareContainer = `{{- define "test.bareContainer" -}}
image: {{ include "django-app.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
{{- end }}
`;

/** With the template `test.bareContainer` for what a test adds. The copy is removed after the last test. */
export function chartOfOurs(): Chart {
  const folder = join(temporaryFolder(), 'chart');
  cpSync(ourChart, folder, { recursive: true });
  writeFileSync(join(folder, 'templates/_bare.tpl'), bareContainer);
  return {
    folder,
    write: (file, text) => writeFileSync(join(folder, file), text),
    change(file, from, to) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`);
      writeFileSync(join(folder, file), text.replace(from, to));
    },
  };
}

/**
 * The same with one worker in each pod, and without what only `lint` looks at: its example values and its tests. A run with it takes
 * seconds less.
 */
export function leanChart(): Chart {
  const chart = chartOfOurs();
  for (const part of ['ci', 'tests']) rmSync(join(chart.folder, part), { recursive: true });
  chart.change('values.yaml', '\nenv: {}\n', "\nenv: { WEB_CONCURRENCY: '1' }\n");
  return chart;
}

/**
 * Our chart with one more test for `helm test`.
 * @param command what the test runs in the app's image, with the keys of the ConfigMap `flag` in its environment
 */
export function chartWithTest(command: string, chart: Chart = chartOfOurs()): string {
  chart.write(
    'templates/tests/another.yaml',
    `apiVersion: v1
kind: Pod
metadata:
  name: {{ include "django-app.suffixed" (list . "another") }}
  labels:
    {{- include "django-app.labels" . | nindent 4 }}
    app.kubernetes.io/component: test
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  restartPolicy: Never
  {{- include "django-app.podSpec" . | nindent 2 }}
  containers:
    - name: another
      {{- include "test.bareContainer" . | nindent 6 }}
      command: [sh, -c, ${JSON.stringify(command)}]
      envFrom:
        - configMapRef: { name: flag, optional: true }
`,
  );
  return chart.folder;
}

/** Our chart, whose pods take some seconds longer to start, and one more test: for whoever wants to be there meanwhile. */
export function slowChart(): string {
  const chart = leanChart();
  const web = '      containers:\n        - name: web';
  const slow = `      initContainers:
        - name: slow
          {{- include "test.bareContainer" . | nindent 10 }}
          command: [sleep, "10"]
`;
  chart.change('templates/deployment.yaml', web, slow + web);
  return chartWithTest('sleep 10', chart);
}
