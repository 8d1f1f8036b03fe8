package render_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// TestABrowserListsTheFindings opens a page in Chromium, which runs its script, and reads what has become of it.
func TestABrowserListsTheFindings(t *testing.T) {
	t.Parallel()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not on the PATH")
	}
	r := reporttest.Hostile(reporttest.HostileNames()...)
	r.Findings = append(r.Findings, reporttest.Many(1_200).Findings...)
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(draw(t, "html", reporttest.Settle(r), render.Options{})), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+filepath.Join(t.TempDir(), "profile"),
		"--dump-dom", "file://"+file).Output()
	if err != nil {
		t.Skipf("chromium does not run here: %v", err)
	}
	root, err := html.Parse(strings.NewReader(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	rows, says := 0, ""
	walk(root, func(n *html.Node) {
		switch {
		case attribute(n, "class") == "row":
			rows++
		case attribute(n, "id") == "count":
			says = text(n)
		case n.Data == "img":
			t.Error("a name became an element")
		}
	})
	if rows != 200 || says != "1,235 findings; the first 200 are shown." {
		t.Errorf("%d rows of %d findings, %q", rows, len(r.Findings), says)
	}
}
