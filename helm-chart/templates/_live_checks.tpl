{{/*
Refuses values that do not go with what is in the cluster already. Without a cluster (helm template) nothing is refused.
*/}}

{{/*
Refuses a claim with an SQLite file that another release's app writes, also one of the chart's own making: another
release may have taken it over while this one was stopped. An app that is scaled to 0 writes nothing, so that a new
release can take over from an old one.
*/}}
{{- define "django-app.checkWriters" -}}
{{- if .Values.persistence.enabled }}
{{- $claim := include "django-app.claimName" . }}
{{- range $deployment := (lookup "apps/v1" "Deployment" .Release.Namespace "").items }}
{{- $release := dig "annotations" "meta.helm.sh/release-name" "" $deployment.metadata }}
{{- if and (ne $release $.Release.Name) (ne (int (dig "replicas" 1 $deployment.spec)) 0) }}
{{- range $deployment.spec.template.spec.volumes }}
{{- if eq $claim (dig "persistentVolumeClaim" "claimName" "" .) }}
{{- fail (printf "claim %s is used by Deployment %s, which is not of this release: two apps would write to one SQLite file. Scale that Deployment to 0 first, or name another claim in persistence.existingClaim" $claim $deployment.metadata.name) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Refuses to leave the claim that this release's app has mounted for another one of the chart's own naming: the app would
begin without its data, and nothing would look wrong. A claim that is named is meant.
*/}}
{{- define "django-app.checkKept" -}}
{{- if and .Values.persistence.enabled (not .Values.persistence.existingClaim) }}
{{- $claim := include "django-app.claimName" . }}
{{- range $deployment := (lookup "apps/v1" "Deployment" .Release.Namespace "").items }}
{{- $ours := eq $.Release.Name (dig "annotations" "meta.helm.sh/release-name" "" $deployment.metadata) }}
{{- /* A release of several charts has other Deployments, which have claims of their own. */}}
{{- $chart := dig "labels" "helm.sh/chart" "" $deployment.metadata }}
{{- if and $ours (regexMatch (printf "^%s-[0-9]" $.Chart.Name) $chart) }}
{{- range $deployment.spec.template.spec.volumes }}
{{- $mounted := dig "persistentVolumeClaim" "claimName" "" . }}
{{- if and (eq "data" .name) $mounted (ne $claim $mounted) }}
{{- fail (printf "the data of this release is in claim %s, but by these values its app would begin without it, on claim %s. Set nameOverride, fullnameOverride and persistence.existingClaim to what they were, or name the claim that you mean in persistence.existingClaim" $mounted $claim) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Refuses to take a claim for one that several nodes mount when it is none: pods on a second node would wait for it in vain.
*/}}
{{- define "django-app.checkAccessMode" -}}
{{- if and .Values.persistence.enabled (eq .Values.persistence.accessMode "ReadWriteMany") }}
{{- $claim := include "django-app.claimName" . }}
{{- with dig "spec" "accessModes" list (lookup "v1" "PersistentVolumeClaim" .Release.Namespace $claim) }}
{{- if not (has "ReadWriteMany" .) }}
{{- fail (printf "persistence.accessMode is ReadWriteMany, but claim %s is there and is %s. An access mode is read once, when a claim is made: set the one that the claim has, or name another claim in persistence.existingClaim" $claim (join ", " .)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Refuses an NFS export with an SQLite file that is the volume of another claim.
*/}}
{{- define "django-app.checkExport" -}}
{{- $nfs := .Values.persistence.nfs }}
{{- if and .Values.persistence.enabled $nfs.server }}
{{- range $volume := (lookup "v1" "PersistentVolume" "" "").items }}
{{- $server := dig "nfs" "server" "" $volume.spec }}
{{- $path := dig "nfs" "path" "" $volume.spec }}
{{- $same := and (eq $nfs.server $server) (eq (trimSuffix "/" $nfs.path) (trimSuffix "/" $path)) }}
{{- $bound := eq "Bound" (dig "status" "phase" "" $volume) }}
{{- if and $same $bound (ne $volume.metadata.name (include "django-app.volumeName" $)) }}
{{- $claim := printf "%s/%s" $volume.spec.claimRef.namespace $volume.spec.claimRef.name }}
{{- fail (printf "persistence.nfs: %s:%s is already the volume of claim %s: two apps would write to one SQLite file. Export a folder for each" $nfs.server $nfs.path $claim) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
