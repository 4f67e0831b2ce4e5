{{- /* The settings of each program, as text. */}}
{{- define "marquee.config.imageproc" -}}{{ .Values.imageproc.config }}{{- end }}
{{- define "marquee.config.playlist" -}}{{ .Values.playlist.config }}{{- end }}
{{- define "marquee.config.devices" -}}{{ .Values.devices.config }}{{- end }}
{{- define "marquee.config.gateway" -}}
{{ .Values.gateway.config }}
{{- if .Values.ingress.enabled }}
public_url: {{ printf "https://%s/" .Values.ingress.host | quote }}
trusted_proxies:
  - 10.0.0.0/8
  - 172.16.0.0/12
  - 192.168.0.0/16
  - 100.64.0.0/10
  - fd00::/8
{{ end }}
{{- end }}
