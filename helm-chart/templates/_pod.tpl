{{/*
What app, migration and test pods share, so that a migration or test runs under the very conditions of the app.
*/}}

{{/*
Environment, written into the pod: migrations run before any ConfigMap of this release would exist. `env` wins over
the chart's own.
*/}}
{{- define "django-app.env" -}}
{{- $env := dict
  "DJANGO_ALLOWED_HOSTS" (include "django-app.allowedHosts" .)
  "DJANGO_CSRF_TRUSTED_ORIGINS" (include "django-app.csrfTrustedOrigins" .)
  "DJANGO_DEBUG" "0"
  "DJANGO_MEDIA_ROOT" (printf "%s/media" .Values.persistence.mountPath)
}}
{{- /*
Empty, not missing, on an external database: the image has a default of its own, on which an app that knows of no other
database would migrate and serve a file that is lost with its pod.
*/}}
{{- $file := eq .Values.database.type "external" | ternary "" (printf "%s/db.sqlite3" .Values.persistence.mountPath) }}
{{- $_ := set $env "DJANGO_SQLITE_PATH" $file }}
{{- range $name, $value := .Values.env }}
{{- $_ := set $env $name (kindIs "string" $value | ternary $value (toJson $value)) }}
{{- end }}
{{- range $name, $value := $env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- /* Two names, since many apps read the second one. */}}
{{- range list "DJANGO_SECRET_KEY" "SECRET_KEY" }}
{{- if not (hasKey $.Values.env .) }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ include "django-app.secretName" $ }}
      key: {{ $.Values.secretKey.key }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Labels of a pod: include "django-app.podLabels" (list . "web").
*/}}
{{- define "django-app.podLabels" -}}
{{- $top := index . 0 }}
{{- include "django-app.selectorLabels" $top }}
app.kubernetes.io/component: {{ index . 1 }}
{{- with $top.Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
Fields of a pod spec, except for the service account's name. Without a token: the app does not talk to Kubernetes. No
service links: for a Service named "django" they would set DJANGO_PORT and the like.
*/}}
{{- define "django-app.podSpec" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
Fields of a container that runs the app's code: image, environment and data.
*/}}
{{- define "django-app.container" -}}
image: {{ include "django-app.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
{{- with .Values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
env:
  {{- include "django-app.env" . | trim | nindent 2 }}
{{- with .Values.envFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - name: data
    mountPath: {{ .Values.persistence.mountPath }}
  - name: tmp
    mountPath: /tmp
{{- end }}

{{/*
The migration itself: an init container or the container of the hook Job.
*/}}
{{- define "django-app.migrationContainer" -}}
name: migrate
command:
  {{- toYaml .Values.migrations.command | nindent 2 }}
{{ include "django-app.container" . }}
{{- end }}

{{/*
Volumes of a pod with such a container. /tmp, since the root file system is read-only.
*/}}
{{- define "django-app.volumes" -}}
- name: data
{{- if .Values.persistence.enabled }}
  persistentVolumeClaim:
    claimName: {{ include "django-app.claimName" . }}
{{- else }}
  emptyDir:
    {{- /* One app does not fill up its node's disk. */}}
    sizeLimit: {{ .Values.persistence.size }}
{{- end }}
- name: tmp
  emptyDir: {}
{{- end }}

{{/*
Affinity of a pod that uses the data beside the app (migration, test). A ReadWriteOnce volume is attached to one node
at a time, so such a pod has to run on the app's node. So it has with SQLite on any volume: on one node the kernel keeps
its locks and the shared memory of a write-ahead log; between nodes the file server keeps the locks, and nobody the
memory. Where the app has no pod yet (first install), Kubernetes lets a pod that matches its own term run anywhere.
*/}}
{{- define "django-app.besideApp" -}}
{{- $affinity := deepCopy .Values.affinity }}
{{- $attached := and (include "django-app.bindsNode" .) (not .Values.persistence.nfs.server) }}
{{- if and .Values.persistence.enabled (or (ne .Values.database.type "external") $attached) }}
{{- $term := dict
  "topologyKey" "kubernetes.io/hostname"
  "labelSelector" (dict "matchLabels" (include "django-app.selectorLabels" . | fromYaml))
}}
{{- $pods := $affinity.podAffinity | default dict }}
{{- $required := append ($pods.requiredDuringSchedulingIgnoredDuringExecution | default list) $term }}
{{- $_ := set $affinity "podAffinity" (set $pods "requiredDuringSchedulingIgnoredDuringExecution" $required) }}
{{- end }}
{{- with $affinity -}}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/*
How the app's pods spread. A constraint without a selector would count no pod at all.
*/}}
{{- define "django-app.spread" -}}
{{- $labels := set (include "django-app.selectorLabels" . | fromYaml) "app.kubernetes.io/component" "web" }}
{{- $constraints := list }}
{{- range .Values.topologySpreadConstraints }}
{{- $selector := .labelSelector | default (dict "matchLabels" $labels) }}
{{- $constraints = append $constraints (set (deepCopy .) "labelSelector" $selector) }}
{{- end }}
{{- with $constraints }}
{{- toYaml . }}
{{- end }}
{{- end }}
