package recognise

import (
	"bytes"
	"slices"
	"strings"
)

// Concerns reports whether the text of a manifest can hold anything of API7.
func Concerns(data []byte) bool {
	return slices.ContainsFunc([]string{"api7", "apisix", "nginx_config", "dsn:", "conf.yaml", "config.yaml", "dashboard_configuration"}, func(word string) bool {
		return bytes.Contains(data, []byte(word))
	})
}

// Worthwhile reports whether a text that stands in another file can be the file of a component.
func Worthwhile(text string) bool {
	return slices.ContainsFunc([]string{"nginx_config:", "api7ee:", "apisix:", "deployment:", "plugin_attr:", "database:", "server:"}, func(word string) bool {
		return strings.Contains(text, word)
	})
}
