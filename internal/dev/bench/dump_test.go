package bench_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// The size of the dumps, below the limits of what can be read as a whole: 16 MiB, or a million values.
const (
	yamlSize = 12 << 20
	jsonSize = 7 << 20
)

// BenchmarkDump prints the time of a check of an ADC dump that is read in parts, as a multiple of the time for the
// same text as a whole, and the memory of both. For YAML, the whole is a dump with quoted keys, which is not cut; for
// JSON, one that begins with a comment, and so is read as YAML.
func BenchmarkDump(b *testing.B) {
	dir := b.TempDir()
	binary := filepath.Join(dir, "api7-preflight")
	run(b, 0, []string{"go", "build", "-o", binary, "../../../cmd/api7-preflight"})
	inYAML, inJSON := dumpYAML(), dumpJSON(b)
	for _, bench := range []struct {
		name          string
		parts, aPiece []byte
	}{
		{"YAML", inYAML, bytes.Replace(inYAML, []byte("\nservices:"), []byte("\n\"services\":"), 1)},
		{"JSON", inJSON, append([]byte("# the same\n"), inJSON...)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			check := func(name string, content []byte) []string {
				path := filepath.Join(dir, bench.name+name)
				if err := os.WriteFile(path, content, 0o600); err != nil {
					b.Fatal(err)
				}
				return []string{binary, "check", "--from", "3.4.1", "--to", "3.7.3", "--scope", "given", "--format", "json", "--adc", path}
			}
			for b.Loop() {
				compare(b, 0, "x-one-piece", check("-one-piece", bench.aPiece), check("", bench.parts))
			}
		})
	}
}

// dumpYAML returns a dump with forty routes per service and nothing to find.
func dumpYAML() []byte {
	var b bytes.Buffer
	b.WriteString("consumers: []\nglobal_rules: {}\nplugin_metadata: {}\nservices:\n")
	for s := 0; b.Len() < yamlSize; s++ {
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

// dumpJSON returns a similar dump as JSON in one line.
func dumpJSON(b *testing.B) []byte {
	b.Helper()
	type object = map[string]any
	var services []object
	for s := range jsonSize / 9000 {
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
		b.Fatal(err)
	}
	return text
}
