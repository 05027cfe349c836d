{{/*
What the ConfigMaps and Secrets are that the app refers to, as one hash; nothing when it refers to none. On the pod
template it makes a release restart the app when one of them was changed since.

Of a ConfigMap it is the content; of a Secret only its version: a hash of the content would let anybody who may read a
Deployment try passwords against it. What does not exist, or cannot be looked up (helm template), counts as empty. The
secret key that the chart makes is left out: it never changes, and cannot be found before the first release.
*/}}
{{- define "django-app.references" -}}
{{- $seen := list }}
{{- range .Values.envFrom }}
{{- with .configMapRef }}
{{- $found := lookup "v1" "ConfigMap" $.Release.Namespace .name }}
{{- $seen = append $seen (list "ConfigMap" .name ($found.data | default dict) ($found.binaryData | default dict)) }}
{{- end }}
{{- with .secretRef }}
{{- $seen = append $seen (include "django-app.secretVersion" (list $ .name)) }}
{{- end }}
{{- end }}
{{- with .Values.secretKey.existingSecret }}
{{- $seen = append $seen (include "django-app.secretVersion" (list $ .)) }}
{{- end }}
{{- with $seen }}
{{- toJson . | sha256sum }}
{{- end }}
{{- end }}

{{/*
Name and version of a Secret: include "django-app.secretVersion" (list . "mail"). The uid tells one that was deleted and
made again.
*/}}
{{- define "django-app.secretVersion" -}}
{{- $name := index . 1 }}
{{- $found := (lookup "v1" "Secret" (index . 0).Release.Namespace $name).metadata | default dict }}
{{- list "Secret" $name ($found.uid | default "") ($found.resourceVersion | default "") | toJson }}
{{- end }}
