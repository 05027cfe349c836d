import type { Step } from '../../../core/context.ts';

/** Where a container has the chart. */
export const brittleChart = '/brittle-chart';

/** A workload, a hook Job and a test, each of which can be made to fail in its own way. */
const files: Record<string, string> = {
  'Chart.yaml': 'apiVersion: v2\nname: brittle\nversion: 0.1.0\n',
  'values.yaml': `
kind: Deployment
image: ""
command: [sleep, "3600"]
ready: [sh, -c, exit 0]
secret: ""
password: a-password-of-the-chart
hook: { image: "", command: [sh, -c, exit 0], backoffLimit: 6, restartPolicy: Never }
test: { image: "" }
`,
  'templates/secret.yaml': `
apiVersion: v1
kind: Secret
metadata:
  name: {{ .Release.Name }}
  labels: { app.kubernetes.io/instance: {{ .Release.Name }} }
stringData:
  password: {{ .Values.password }}
`,
  'templates/workload.yaml': `
apiVersion: apps/v1
kind: {{ .Values.kind }}
metadata:
  name: {{ .Release.Name }}
  labels: { app.kubernetes.io/instance: {{ .Release.Name }} }
spec:
  {{- if eq .Values.kind "StatefulSet" }}
  serviceName: none
  {{- end }}
  selector: { matchLabels: { app.kubernetes.io/instance: {{ .Release.Name }}, part: web } }
  template:
    metadata:
      labels: { app.kubernetes.io/instance: {{ .Release.Name }}, part: web }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: web
          image: {{ .Values.image }}
          command: {{ .Values.command | toJson }}
          env:
            - { name: DB_PASSWORD, value: {{ .Values.password }} }
          {{- with .Values.secret }}
          envFrom: [{ secretRef: { name: {{ . }} } }]
          {{- end }}
          readinessProbe:
            exec: { command: {{ .Values.ready | toJson }} }
            periodSeconds: 1
`,
  // Its pods do not carry the label of the release: a chart need not do that.
  'templates/hook.yaml': `
{{- if .Values.hook.image }}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-hook
  labels: { app.kubernetes.io/instance: {{ .Release.Name }} }
  annotations: { helm.sh/hook: "pre-install,pre-upgrade,pre-rollback" }
spec:
  backoffLimit: {{ .Values.hook.backoffLimit }}
  template:
    spec:
      restartPolicy: {{ .Values.hook.restartPolicy }}
      containers:
        - name: hook
          image: {{ .Values.hook.image }}
          command: {{ .Values.hook.command | toJson }}
{{- end }}
`,
  'templates/test.yaml': `
{{- if .Values.test.image }}
apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-test
  labels: { app.kubernetes.io/instance: {{ .Release.Name }} }
  annotations: { helm.sh/hook: test }
spec:
  restartPolicy: Never
  containers:
    - { name: test, image: {{ .Values.test.image }}, command: [sh, -c, exit 0] }
{{- end }}
`,
};

/** Brings the chart into a container. */
export const withBrittleChart: Step = (ctr) =>
  Object.entries(files).reduce((all, [path, text]) => all.withNewFile(`${brittleChart}/${path}`, text), ctr);
