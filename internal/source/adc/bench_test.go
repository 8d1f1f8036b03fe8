package adc_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
)

// largeYAML is a dump of about size bytes, with forty routes a service.
func largeYAML(size int) []byte {
	var b bytes.Buffer
	b.WriteString("consumers: []\nglobal_rules: {}\nplugin_metadata: {}\nservices:\n")
	for s := 0; b.Len() < size; s++ {
		fmt.Fprintf(&b, "  - hosts:\n      - s%d.example.org\n    id: s%d\n    name: service %d\n    routes:\n", s, s, s)
		for r := range 40 {
			fmt.Fprintf(&b, "      - id: s%d-r%d\n        methods:\n          - GET\n          - POST\n        name: route %d\n        plugins:\n"+
				"          limit-count:\n            count: 200\n            key: remote_addr\n            policy: local\n            time_window: 60\n"+
				"        priority: 0\n        uris:\n          - /api/v1/orders/%d\n          - /api/v1/orders/%d/*\n", s, r, r, r, r)
		}
		b.WriteString("    upstream:\n      nodes:\n        - host: 10.0.0.1\n          port: 8080\n          weight: 100\n      type: roundrobin\n")
	}
	b.WriteString("ssls: []\n")
	return b.Bytes()
}

// largeJSON is the same in JSON of one line.
func largeJSON(size int) []byte {
	type object = map[string]any
	var services []object
	for s := range size / 9000 {
		var routes []object
		for r := range 40 {
			routes = append(routes, object{
				"id": fmt.Sprintf("s%d-r%d", s, r), "name": fmt.Sprintf("route %d", r), "methods": []string{"GET", "POST"},
				"plugins": object{"limit-count": object{"count": 200, "key": "remote_addr", "policy": "local", "time_window": 60}},
				"uris":    []string{fmt.Sprintf("/api/v1/orders/%d", r), fmt.Sprintf("/api/v1/orders/%d/*", r)},
			})
		}
		services = append(services, object{"id": fmt.Sprintf("s%d", s), "name": fmt.Sprintf("service %d", s), "routes": routes})
	}
	text, err := json.Marshal(object{"services": services})
	if err != nil {
		panic(err)
	}
	return text
}

// BenchmarkOpen reads dumps of 50 MB and reports the memory that the process took from the system at its peak.
func BenchmarkOpen(b *testing.B) {
	for name, content := range map[string][]byte{"yaml": largeYAML(50 << 20), "json": largeJSON(50 << 20)} {
		b.Run(name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "adc."+name)
			if err := os.WriteFile(path, content, 0o600); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(content)))
			for b.Loop() {
				s, err := adc.Open([]adc.File{{Path: path}})
				if err != nil {
					b.Fatal(err)
				}
				var last estate.Origin
				if _, err := s.Stream(b.Context(), every(), func(r *estate.Resource) error { last = r.Origin; return nil }); err != nil {
					b.Fatal(err)
				}
				if last.Where("/plugins/limit-count/count") == "" {
					b.Fatal("no place")
				}
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.HeapAlloc-uint64(len(content)))/(1<<20), "MiB-held")
				b.ReportMetric(float64(m.Sys)/(1<<20), "MiB-sys")
				runtime.KeepAlive(s)
			}
		})
	}
}
