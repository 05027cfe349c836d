{{/*
Where every pod may connect to; nothing when that is everywhere. DNS is part of it: hardly any pod does without.
*/}}
{{- define "django-app.egress" -}}
{{- with .Values.networkPolicy.egress }}
{{- toYaml . }}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end }}
{{- end }}
