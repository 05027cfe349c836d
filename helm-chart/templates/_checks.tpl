{{/*
Refuses values that are fine each by itself but not together, with the reason. The schema could refuse them, too, but
only by naming the rule that was broken.
*/}}
{{- define "django-app.check" -}}
{{- $database := .Values.database.type }}
{{- $pods := .Values.autoscaling.enabled | ternary .Values.autoscaling.maxReplicas .Values.replicaCount | int }}
{{- if eq $database "sqlite" }}
{{- $why := "database.type is sqlite: two pods would write to one SQLite file and could damage it. For more than one pod, set database.type to external" }}
{{- if .Values.autoscaling.enabled }}
{{- fail (printf "autoscaling.enabled is true, but %s" $why) }}
{{- end }}
{{- if gt $pods 1 }}
{{- fail (printf "replicaCount is %d, but %s" $pods $why) }}
{{- end }}
{{- if .Values.podDisruptionBudget.enabled }}
{{- fail "podDisruptionBudget.enabled is true, but database.type is sqlite: its one pod cannot be replaced before it stops, so a budget would either forbid every node drain or say nothing" }}
{{- end }}
{{- include "django-app.checkClaim" . }}
{{- include "django-app.checkExport" . }}
{{- else if and (gt $pods 1) (include "django-app.bindsNode" .) }}
{{- fail (printf "persistence.accessMode is ReadWriteOnce, but up to %d pods would share the claim: such a volume is attached to one node. Set it to ReadWriteMany, for a volume that is, or persistence.enabled to false" $pods) }}
{{- end }}
{{- if .Values.autoscaling.enabled }}
{{- if gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas) }}
{{- fail "autoscaling.minReplicas is greater than autoscaling.maxReplicas" }}
{{- end }}
{{- if not (dig "requests" "cpu" "" .Values.resources) }}
{{- fail "autoscaling.enabled is true, but resources.requests.cpu is not set: CPU use is measured in percent of it" }}
{{- end }}
{{- end }}
{{- range $name := list "name" "instance" "component" }}
{{- $label := printf "app.kubernetes.io/%s" $name }}
{{- if hasKey $.Values.podLabels $label }}
{{- fail (printf "podLabels sets %s, by which the chart finds its pods" $label) }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Refuses an existing claim with an SQLite file that another release's app writes. An app that is scaled to 0 writes
nothing, so that a new release can take over from an old one. Claims of the chart's own making need no check: their
name belongs to one release.
*/}}
{{- define "django-app.checkClaim" -}}
{{- if and .Values.persistence.enabled .Values.persistence.existingClaim }}
{{- $claim := .Values.persistence.existingClaim }}
{{- $deployments := (lookup "apps/v1" "Deployment" .Release.Namespace "").items | default list }}
{{- range $deployment := $deployments }}
{{- $release := dig "annotations" "meta.helm.sh/release-name" "" $deployment.metadata }}
{{- if and (ne $release $.Release.Name) (ne (int (dig "replicas" 1 $deployment.spec)) 0) }}
{{- range $deployment.spec.template.spec.volumes }}
{{- if eq $claim (dig "persistentVolumeClaim" "claimName" "" .) }}
{{- fail (printf "persistence.existingClaim %s is used by Deployment %s, which is not of this release: two apps would write to one SQLite file. Scale that Deployment to 0 first, or use another claim" $claim $deployment.metadata.name) }}
{{- end }}
{{- end }}
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
{{- $volumes := (lookup "v1" "PersistentVolume" "" "").items | default list }}
{{- range $volume := $volumes }}
{{- $same := and (eq $nfs.server (dig "nfs" "server" "" $volume.spec)) (eq $nfs.path (dig "nfs" "path" "" $volume.spec)) }}
{{- $bound := eq "Bound" (dig "status" "phase" "" $volume) }}
{{- if and $same $bound (ne $volume.metadata.name (include "django-app.volumeName" $)) }}
{{- $claim := printf "%s/%s" $volume.spec.claimRef.namespace $volume.spec.claimRef.name }}
{{- fail (printf "persistence.nfs: %s:%s is already the volume of claim %s: two apps would write to one SQLite file. Export a folder for each" $nfs.server $nfs.path $claim) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
