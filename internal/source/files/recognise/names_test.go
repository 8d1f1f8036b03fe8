package recognise_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
)

func TestTextsNameWhatOfAPI7StandsInThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"image: x/api7-ee-dashboard:{{ tag }}":                                 "image api7-ee-dashboard",
		"  - name: cp\n    chart: vendor/api7ee3":                              "chart api7ee3",
		"chart: api7/gateway":                                                  "chart api7/gateway",
		"url: https://charts.api7.ai":                                          "the charts of API7",
		"tag: {{ api7_tag }}":                                                  "",
		"dashboard_service: {{ x }}":                                           "keys of Helm values of chart api7ee3 (dashboard_service)",
		"cp:\n  dp_manager:\n    {{ x }}":                                      "keys of Helm values of chart api7ee3 (dp_manager)",
		"apisix:\n  {{- if x }}\n  node_listen: 1":                             "keys of gateway configuration (node_listen)",
		`{"apisix": {"image": {"tag": {{ x }}}}}`:                              "keys of Helm values of chart gateway (image)",
		"server:\n  listen:\n    port: 7080 # {{ x }}\n":                       "",
		"database: {dsn: x}\nserver:\n  listen:\n    port: 7080 # {{ x }}\n":   "keys of dashboard configuration (port)",
		"database: {dsn: {{ dsn }}}\nconsumer_cache: {{ x }}":                  "keys of DP Manager configuration (consumer_cache)",
		"server:\n  listen:\n    port: 8080\n":                                 "",
		"apisix:\n  x: {{ y }}\nother:\n  node_listen: 1":                      "",
		"# image: api7/api7-ee-3-gateway\n// chart: api7ee3\n{{/* api7 */}}":   "",
		"namespace: api7ee3-{{ x }}":                                           "",
		"docs: https://docs.api7.ai\nuses: github.com/api7/x\nmail: a@api7.ai": "",
		"": "",
	} {
		if got := recognise.Names([]byte(text)).What; got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, seed := range []string{"{{}}", "a: {b: {c: d}}\n- - e: f", "}}}{{{:::", "- {a: {api7ee3"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, text []byte) { recognise.Names(text) })
}
