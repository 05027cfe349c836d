{{/*
Where every pod may connect to; nothing when that is everywhere. DNS is part of it: hardly any pod does without.
*/}}
{{- define "django-app.egress" -}}
{{- with .Values.networkPolicy.egress }}
{{- toYaml . }}
{{ include "django-app.dns" $ }}
{{- end }}
{{- end }}

{{/*
Where the pod of a rehearsal may connect to: what is said of it, else where all pods may.
*/}}
{{- define "django-app.rehearsalEgress" -}}
{{- if kindIs "slice" .Values.rehearsal.egress }}
{{- with .Values.rehearsal.egress }}
{{- toYaml . }}
{{ include "django-app.dns" $ }}
{{- else }}
{{- include "django-app.dns" $ }}
{{- end }}
{{- else }}
{{- include "django-app.egress" . }}
{{- end }}
{{- end }}

{{/*
The rule that lets pods ask for names.
*/}}
{{- define "django-app.dns" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end }}
