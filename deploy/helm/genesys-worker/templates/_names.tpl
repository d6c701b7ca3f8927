{{- /* What all of a release have, at the depth at which they stand. Only what Go's templates know themselves is used in this chart. */ -}}
{{- define "labels" -}}
app.kubernetes.io/name: genesys-worker, app.kubernetes.io/instance: {{ printf "%q" .Release.Name }}
{{- end -}}
{{- define "secret" -}}
{{ printf "%q" (or .Values.secret .Release.Name) }}
{{- end -}}
