package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// TestTenThousandFindingsStayReadableAndComplete proves that the table is one screen with the total and whose objects
// they are, that a rule is shown with its first objects, and that the JSON report of the same run has all of them.
func TestTenThousandFindingsStayReadableAndComplete(t *testing.T) {
	t.Parallel()
	const routes = 10_000
	var b strings.Builder
	b.WriteString(`{"services":[{"id":"s","name":"s","labels":{"team":"edge"},"upstream":{"nodes":[{"host":"a","port":80,"weight":1}]},"routes":[`)
	for i := range routes {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"r%d","name":"r%d","labels":{"team":"t%d"},"uris":["/%d"],"plugins":{"limit-count":{"count":5,"time_window":60}}}`, i, i, i%3, i)
	}
	b.WriteString(`]}]}`)
	file, out := filepath.Join(t.TempDir(), "adc.json"), filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"check", "--adc", "default=" + file, "--from", "3.8.16", "--to", "3.8.22", "--scope", "given", "--skip", "client-chain-depth-default=no dump shows SNIs"}
	code, table, stderr := call(t, append(args, "--format", "table", "--format", "json="+out)...)
	if code != report.ExitReady || stderr != "" {
		t.Fatalf("exit %d: %s", code, stderr)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for f := range decode(t, string(text)).Findings.All() {
		if f.Rule == "plugin-field-required" {
			seen[f.Object.ID] = true
		}
	}
	if len(seen) != routes {
		t.Errorf("the JSON report has %d of %d routes", len(seen), routes)
	}
	for _, want := range []string{"10,000 routes\n", "default 10,000; team t0 3,334, t1 3,333, t2 3,333\n"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table does not say %q:\n%s", want, table)
		}
	}
	if lines := strings.Count(table, "\n"); lines > 23 {
		t.Errorf("the table has %d lines, want one screen:\n%s", lines, table)
	}
	_, table, _ = call(t, append(args, "--show", "plugin-field-required")...)
	for _, want := range []string{"20 of 10,000 shown", "by gateway group: default 10,000", "by label: team=t0 3,334, team=t1 3,333, team=t2 3,333"} {
		if !strings.Contains(table, want) {
			t.Errorf("the rule's table does not say %q", want)
		}
	}
	if lines := strings.Count(table, "\n"); lines > 200 {
		t.Errorf("the rule's table has %d lines", lines)
	}
}
