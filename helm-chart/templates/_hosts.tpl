{{/*
Whether there is an Ingress: "true" or nothing. A rule without host would catch every other host's visitors, so there
is none without hosts.
*/}}
{{- define "django-app.hasIngress" -}}
{{- if and .Values.ingress.enabled .Values.ingress.hosts }}true{{ end }}
{{- end }}

{{/*
Host names that the app accepts, comma separated (Django writes a wildcard host as .example.com): those of the Ingress
first, then `allowedHosts`, the Service's own names, and localhost for `kubectl port-forward`.
*/}}
{{- define "django-app.allowedHosts" -}}
{{- $hosts := list }}
{{- if include "django-app.hasIngress" . }}
{{- range .Values.ingress.hosts }}
{{- $hosts = append $hosts (trimPrefix "*" .host) }}
{{- end }}
{{- end }}
{{- $service := include "django-app.fullname" . }}
{{- $inNamespace := printf "%s.%s" $service .Release.Namespace }}
{{- $inCluster := list $service $inNamespace (printf "%s.svc" $inNamespace) (printf "%s.svc.cluster.local" $inNamespace) }}
{{- concat $hosts .Values.allowedHosts $inCluster (list "localhost" "127.0.0.1") | uniq | join "," }}
{{- end }}

{{/*
Host that probes and tests name: the first that is no pattern. An app with a fixed list of hosts most likely has the
Ingress' one in it.
*/}}
{{- define "django-app.probeHost" -}}
{{- $names := list }}
{{- range include "django-app.allowedHosts" . | splitList "," }}
{{- if not (or (hasPrefix "." .) (eq "*" .)) }}
{{- $names = append $names . }}
{{- end }}
{{- end }}
{{- first $names }}
{{- end }}

{{/*
Hosts with TLS at the Ingress, comma separated.
*/}}
{{- define "django-app.tlsHosts" -}}
{{- $hosts := list }}
{{- if include "django-app.hasIngress" . }}
{{- range .Values.ingress.tls }}
{{- $hosts = concat $hosts .hosts }}
{{- end }}
{{- end }}
{{- uniq $hosts | join "," }}
{{- end }}

{{/*
Origins whose forms the app accepts, comma separated. https always, since TLS may end in front of the Ingress; http
only for a host without TLS here. The Service and localhost need none: Django accepts the origin that equals the Host
header.
*/}}
{{- define "django-app.csrfTrustedOrigins" -}}
{{- $tls := include "django-app.tlsHosts" . | splitList "," }}
{{- $origins := list }}
{{- if include "django-app.hasIngress" . }}
{{- range .Values.ingress.hosts }}
{{- $origins = append $origins (printf "https://%s" .host) }}
{{- if not (has .host $tls) }}
{{- $origins = append $origins (printf "http://%s" .host) }}
{{- end }}
{{- end }}
{{- end }}
{{- join "," $origins }}
{{- end }}

{{/*
How a probe asks the app: include "django-app.probe" (list . "/healthz"). Without a path nothing is known to answer 200,
so an open port has to do. It says https whether or not the Ingress has TLS: an app that redirects all plain requests
(SECURE_SSL_REDIRECT) would send the probe away, and any other does not mind.
*/}}
{{- define "django-app.probe" -}}
{{- $path := index . 1 }}
{{- if $path -}}
httpGet:
  path: {{ $path | quote }}
  port: http
  httpHeaders:
    - name: Host
      value: {{ include "django-app.probeHost" (index . 0) | quote }}
    - name: X-Forwarded-Proto
      value: https
{{- else -}}
tcpSocket:
  port: http
{{- end }}
{{- end }}
