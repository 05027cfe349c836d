{{/*
Metadata of a test pod: include "django-app.testMetadata" (list . "health" 0). The number is its place in the order. The
name of a pod, unlike that of other resources, may have more than 63 characters.
*/}}
{{- define "django-app.testMetadata" -}}
{{- $top := index . 0 -}}
name: {{ include "django-app.fullname" $top }}-test-{{ index . 1 }}
labels:
  {{- include "django-app.podLabels" (list $top "test") | nindent 2 }}
annotations:
  helm.sh/hook: test
  helm.sh/hook-weight: {{ index . 2 | quote }}
  {{- /* Kept after the test: `helm test --logs` reads its log. */}}
  helm.sh/hook-delete-policy: before-hook-creation
{{- end }}

{{/*
Fields of a test pod's spec, except for what it mounts and where it runs.
*/}}
{{- define "django-app.testSpec" -}}
restartPolicy: Never
activeDeadlineSeconds: 120
serviceAccountName: {{ include "django-app.serviceAccountName" . }}
{{ include "django-app.podSpec" . }}
{{- end }}
