{{/*
Refuses values that are fine each by itself but not together, with the reason. The schema could refuse them, too, but
only by naming the rule that was broken.
*/}}
{{- define "django-app.check" -}}
{{- $database := .Values.database.type }}
{{- $pods := .Values.autoscaling.enabled | ternary .Values.autoscaling.maxReplicas .Values.replicaCount | int }}
{{- include "django-app.checkKept" . }}
{{- include "django-app.checkAccessMode" . }}
{{- if ne $database "external" }}
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
{{- include "django-app.checkWriters" . }}
{{- include "django-app.checkExport" . }}
{{- include "django-app.checkMountOptions" . }}
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
{{- include "django-app.checkCertificates" . }}
{{- range $name := list "name" "instance" "component" }}
{{- $label := printf "app.kubernetes.io/%s" $name }}
{{- if hasKey $.Values.podLabels $label }}
{{- fail (printf "podLabels sets %s, by which the chart finds its pods" $label) }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Refuses TLS that cert-manager is asked for without a Secret to put the certificate in: it would say so only in its log,
and visitors would get the controller's own certificate.
*/}}
{{- define "django-app.checkCertificates" -}}
{{- if include "django-app.hasIngress" . }}
{{- range $annotation := keys .Values.ingress.annotations }}
{{- if hasPrefix "cert-manager.io/" $annotation }}
{{- range $.Values.ingress.tls }}
{{- if not .secretName }}
{{- fail (printf "ingress.annotations has %s, but ingress.tls names no secretName for %s: cert-manager puts the certificate into the Secret of that name" $annotation (join ", " .hosts)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Refuses mount options under which SQLite is damaged: soft gives a write up when the server is slow, and locks that stay on one
node let two write. NFS 3 keeps its locks in a service of its own, which forgets them when either side restarts.
*/}}
{{- define "django-app.checkMountOptions" -}}
{{- if and .Values.persistence.enabled .Values.persistence.nfs.server }}
{{- range $option := splitList "," (join "," .Values.persistence.nfs.mountOptions) }}
{{- if regexMatch "^(soft|softerr|nolock|local_lock=(all|posix)|(nfs)?vers=[23](\\..*)?|v[23])$" (trim $option) }}
{{- fail (printf "persistence.nfs.mountOptions has %s, but database.type is sqlite: its file would be damaged. It needs hard, and locks that hold between nodes (nfsvers=4.1)" (trim $option)) }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
