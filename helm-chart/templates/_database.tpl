{{/*
What follows from where the data is: on a server of its own, or on a volume that one pod or several may mount.
*/}}

{{/*
Whether all pods see one database: "true" or nothing. An SQLite file in an emptyDir is seen by its own pod alone.
*/}}
{{- define "django-app.sharesDatabase" -}}
{{- if or (eq .Values.database.type "external") .Values.persistence.enabled }}true{{ end }}
{{- end }}

{{/*
Whether migrations run as a hook, ahead of the new app: "true" or nothing. Where each pod has its own database, each
migrates its own.
*/}}
{{- define "django-app.migratesAhead" -}}
{{- if and .Values.migrations.enabled (include "django-app.sharesDatabase" .) }}true{{ end }}
{{- end }}

{{/*
Whether the data can be mounted on one node at a time: "true" or nothing.
*/}}
{{- define "django-app.bindsNode" -}}
{{- if and .Values.persistence.enabled (eq .Values.persistence.accessMode "ReadWriteOnce") }}true{{ end }}
{{- end }}

{{/*
Whether a new pod may start before the old one has stopped: "true" or nothing. Not on SQLite, which has one writer; not
on a ReadWriteOnce volume, which may have to move to the new pod's node first.
*/}}
{{- define "django-app.overlaps" -}}
{{- if and (eq .Values.database.type "external") (not (include "django-app.bindsNode" .)) }}true{{ end }}
{{- end }}
