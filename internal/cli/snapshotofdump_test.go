package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bare is a dump that shows nothing by which one could tell the ADC that made it.
const bare = `services:
  - {name: web, upstream: {nodes: [{host: h, port: 80, weight: 1}]}, routes: [{name: r, uris: [/r]}]}
  - {name: tcp, upstream: {scheme: tcp, nodes: [{host: h, port: 81, weight: 1}]}, stream_routes: [{name: s, server_port: 9100}]}
consumers: [{username: jack, plugins: {key-auth: {key: x}}}]
`

// TestASnapshotOfADumpSaysWhatTheDumpSays proves it for dumps that an old ADC may have made. What is missing in them depends
// on the control plane, of which one learns only when the snapshot is assessed.
func TestASnapshotOfADumpSaysWhatTheDumpSays(t *testing.T) {
	t.Parallel()
	dumps, err := filepath.Glob("../../fixtures/adc/3.4-*")
	if err != nil || len(dumps) < 4 {
		t.Fatal(dumps, err)
	}
	plain := filepath.Join(t.TempDir(), "bare.yaml")
	if err := os.WriteFile(plain, []byte(bare), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dump := range append(dumps, plain) {
		t.Run(filepath.Base(dump), func(t *testing.T) {
			t.Parallel()
			for _, made := range [][]string{nil, {"--adc-version", "0.13.0"}, {"--adc-version", "0.27.0"}} {
				taken := filepath.Join(t.TempDir(), "snapshot")
				if code, _, stderr := call(t, append([]string{"snapshot", "--adc", dump, "--out", taken, "--force"}, made...)...); code != 0 && code != 4 {
					t.Fatal(stderr)
				}
				again := taken + ".again" // a snapshot of the snapshot
				if code, _, stderr := call(t, "snapshot", "--snapshot", taken, "--out", again, "--force"); code != 0 && code != 4 {
					t.Fatal(stderr)
				}
				for _, from := range []string{"3.2.7", "3.4.1", "3.6.0"} {
					for _, scope := range []string{"given", "all"} {
						args := append([]string{"check", "--from", from, "--to", "3.9.2", "--scope", scope, "--format", "json"}, made...)
						want := said(t, append(args, "--adc", dump)...)
						for _, file := range []string{taken, again} {
							if diff := cmp.Diff(want, said(t, append(args, "--snapshot", file)...)); diff != "" {
								t.Errorf("%v from %s, scope %s, %s (-dump +snapshot):\n%.2000s", made, from, scope, filepath.Base(file), diff)
							}
						}
					}
				}
			}
		})
	}
}

// said returns a report without the names of its sources. A snapshot of a snapshot calls the source of a gap snapshot.
func said(t *testing.T, args ...string) map[string]any {
	t.Helper()
	_, stdout, stderr := call(t, args...)
	var r map[string]any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(stdout, `"source": "snapshot"`, `"source": "adc"`)), &r); err != nil {
		t.Fatalf("%v: %v, %s", args, err, stderr)
	}
	delete(r, "run")
	delete(r, "sources")
	return r
}
