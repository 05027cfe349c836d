{{/*
Name of the chart, or its override: a DNS label, as the schema demands.
*/}}
{{- define "django-app.name" -}}
{{- default .Chart.Name .Values.nameOverride }}
{{- end }}

{{/*
Base of all resource names: <release>-<chart>, or just the release when its name contains the chart's. At most 63
characters, the limit of DNS labels; Helm takes names of releases up to 53, and the schema overrides up to that.
*/}}
{{- define "django-app.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else }}
{{- $name := include "django-app.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Full name with a suffix, still within 63 characters: include "django-app.suffixed" (list . "data"). The base is what
gets cut. A release name has at most 53 characters, so with suffixes of up to 9 two releases never share a name.
*/}}
{{- define "django-app.suffixed" -}}
{{- $suffix := index . 1 }}
{{- $length := sub 62 (len $suffix) | int }}
{{- printf "%s-%s" (include "django-app.fullname" (index . 0) | trunc $length | trimSuffix "-") $suffix }}
{{- end }}

{{/*
Name and version of the chart, for the label.
*/}}
{{- define "django-app.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/*
Labels of every resource. Never put them on a pod: chart and version change without the pods having to.
*/}}
{{- define "django-app.labels" -}}
helm.sh/chart: {{ include "django-app.chart" . }}
{{ include "django-app.selectorLabels" . }}
{{- with include "django-app.version" . }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{/*
Labels that tell this release's pods from all others. What a pod is for is told by app.kubernetes.io/component (web,
migration, test): without it the Service would send visitors to a migration.
*/}}
{{- define "django-app.selectorLabels" -}}
app.kubernetes.io/name: {{ include "django-app.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/*
Version of the app as a label value: the tag, or the start of the digest.
*/}}
{{- define "django-app.version" -}}
{{- $version := .Values.image.tag | default (.Values.image.digest | trimPrefix "sha256:" | trunc 12) }}
{{- regexReplaceAll "^[^A-Za-z0-9]+|[^A-Za-z0-9]+$" (trunc 63 $version) "" }}
{{- end }}

{{/*
Reference of the image. A digest wins over the tag: it cannot be moved to other bytes.
*/}}
{{- define "django-app.image" -}}
{{- $repository := required "image.repository is not set: name the image to run" .Values.image.repository }}
{{- if .Values.image.digest }}
{{- printf "%s@%s" $repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" $repository (required "neither image.tag nor image.digest is set" .Values.image.tag) }}
{{- end }}
{{- end }}

{{/*
Service account of app and tests.
*/}}
{{- define "django-app.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "django-app.fullname" .) "default") }}
{{- end }}

{{/*
Secret that holds Django's secret key.
*/}}
{{- define "django-app.secretName" -}}
{{- .Values.secretKey.existingSecret | default (include "django-app.suffixed" (list . "secret")) }}
{{- end }}

{{/*
Claim that holds the data.
*/}}
{{- define "django-app.claimName" -}}
{{- if and .Values.persistence.existingClaim .Values.persistence.nfs.server }}
{{- fail "persistence.existingClaim and persistence.nfs.server are both set: choose one" }}
{{- end }}
{{- .Values.persistence.existingClaim | default (include "django-app.suffixed" (list . "data")) }}
{{- end }}

{{/*
PersistentVolume of the NFS export. Such volumes have no namespace, hence its name in theirs; a dot, since no
namespace contains one.
*/}}
{{- define "django-app.volumeName" -}}
{{- printf "%s.%s" .Release.Namespace (include "django-app.claimName" .) }}
{{- end }}

{{/*
Annotations of what is created once and never touched again (the data, the secret key). Takes the weight.

Migrations run in a hook before the release's own resources exist, and need both, so both are hooks that run before
it. Each is rendered only while the cluster has none (lookup). A hook belongs to no revision, so no upgrade, rollback
or uninstall deletes it. Its delete policy has to be given: the default, before-hook-creation, would delete the data.
hook-failed concerns only the hook that itself fails, and these cannot fail later than in the moment they are made,
still empty: Helm does not wait for a claim to be bound.
*/}}
{{- define "django-app.createdOnce" -}}
helm.sh/hook: pre-install,pre-upgrade
helm.sh/hook-weight: {{ . | quote }}
helm.sh/hook-delete-policy: hook-failed
helm.sh/resource-policy: keep
{{- end }}
