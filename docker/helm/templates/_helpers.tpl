{{- define "weir.labels" -}}
app.kubernetes.io/name: weir
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "weir.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "weir.env" -}}
- name: WEIR_REDIS_URL
  value: {{ .Values.redis.url | quote }}
- name: WEIR_ELASTICSEARCH_URL
  value: {{ .Values.elasticsearch.url | quote }}
- name: WEIR_METRICS_LISTEN
  value: "0.0.0.0:{{ .Values.metrics.port }}"
- name: WEIR_STOP_TIMEOUT
  value: "{{ .Values.stopTimeout }}s"
{{- range $name, $value := .Values.env }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{- define "weir.secret" -}}
{{- if .Values.existingSecret }}
envFrom:
  - secretRef:
      name: {{ .Values.existingSecret }}
{{- end }}
{{- end }}

{{- define "weir.scrape" -}}
{{- if .Values.metrics.annotations }}
prometheus.io/scrape: "true"
prometheus.io/port: {{ .Values.metrics.port | quote }}
{{- end }}
{{- if .Values.config }}
checksum/config: {{ .Values.config | sha256sum }}
{{- end }}
{{- end }}

{{- define "weir.probes" -}}
# One that hangs ends itself sooner than this.
livenessProbe:
  httpGet:
    path: /healthz
    port: metrics
  periodSeconds: 20
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /healthz
    port: metrics
  periodSeconds: 5
  timeoutSeconds: 5
{{- end }}

{{- define "weir.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "weir.pod" -}}
automountServiceAccountToken: false
# Else the variables of Kubernetes' own (WEIR_RECEIVE_SERVICE_HOST …) look like settings of weir.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- if .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml .Values.imagePullSecrets | nindent 2 }}
{{- end }}
{{- if .Values.nodeSelector }}
nodeSelector:
  {{- toYaml .Values.nodeSelector | nindent 2 }}
{{- end }}
{{- if .Values.tolerations }}
tolerations:
  {{- toYaml .Values.tolerations | nindent 2 }}
{{- end }}
{{- end }}

{{- define "weir.mounts" -}}
- name: data
  mountPath: /weir/data
{{- if .Values.config }}
- name: config
  mountPath: /etc/weir
  readOnly: true
{{- end }}
{{- if .Values.extraVolumeMounts }}
{{ toYaml .Values.extraVolumeMounts }}
{{- end }}
{{- end }}

{{- define "weir.volumes" -}}
{{- if .Values.config }}
- name: config
  configMap:
    name: {{ .Release.Name }}-config
{{- end }}
{{- if .Values.extraVolumes }}
{{ toYaml .Values.extraVolumes }}
{{- end }}
{{- end }}
