import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './apps.ts';

/** A Deployment as somebody else would write it. @param podSpec YAML, indented by six */
export function deploymentOf(podSpec: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  selector: { matchLabels: { app: {{ .Release.Name }} } }
  template:
    metadata:
      labels: { app: {{ .Release.Name }} }
    spec:${podSpec}
`;
}

/** As somebody else would write it: it knows of an image only repository and tag. */
const files: Record<string, string> = {
  'Chart.yaml': 'apiVersion: v2\nname: small\nversion: 0.1.0\n',
  'values.yaml': 'image: { repository: "", tag: "" }\nmigration: { code: 0 }\n',
  'templates/deployment.yaml': deploymentOf(`
      terminationGracePeriodSeconds: 0
      containers:
        - { name: web, image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}", command: [sleep, "36000"] }`),
  'templates/migration.yaml': `
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migration
  annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: migration
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
          command: [sh, -c, exit {{ .Values.migration.code }}]
`,
  'templates/test.yaml': `
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-test
  annotations: { helm.sh/hook: test, helm.sh/hook-delete-policy: before-hook-creation }
spec:
  restartPolicy: Never
  containers:
    - { name: test, image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}", command: [sh, -c, exit 0] }
`,
};

/** A chart that is up in a moment, as it starts no application: for what takes many releases. @returns its folder */
export function smallChart(): string {
  const folder = join(temporaryFolder(), 'small');
  writeFiles(folder, files);
  return folder;
}

/** Writes files into a folder, path to text. */
export function writeFiles(folder: string, texts: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
