// Package loggers names the plugins that write requests and responses to a log.
package loggers

// Names returns the loggers that can include the bodies of requests and responses.
func Names() []string {
	return []string{
		"clickhouse-logger", "elasticsearch-logger", "file-logger", "http-logger", "kafka-logger", "loggly", "loki-logger",
		"rocketmq-logger", "skywalking-logger", "sls-logger", "syslog", "tcp-logger", "tencent-cloud-cls", "udp-logger",
	}
}
