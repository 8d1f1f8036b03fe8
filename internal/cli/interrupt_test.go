package cli_test

import (
	"bytes"
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/fixtures"
	"github.com/api7-preflight/api7-preflight/internal/cli"
	"github.com/api7-preflight/api7-preflight/internal/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/report"
)

// TestInterruptEndsWithoutAReport interrupts while the database is silent.
func TestInterruptEndsWithoutAReport(t *testing.T) {
	t.Parallel()
	sql, err := fixtures.SQL("3.4")
	if err != nil {
		t.Fatal(err)
	}
	dsn, err := url.Parse(pgtest.Start(t).Database(t, sql))
	if err != nil {
		t.Fatal(err)
	}
	dsn.Host = pgtest.StallProxy(t, dsn.Host, 30000)
	ctx, interrupt := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, interrupt)
	var out, errs bytes.Buffer
	code := cli.Main(ctx, cli.Env{
		Args: []string{"check", "--dsn", dsn.String(), "--from", "3.4.1", "--to", "3.7.3"}, Stdout: &out, Stderr: &errs,
		Now: time.Now,
	})
	if code != report.ExitInterrupted || out.Len() > 0 || errs.String() != "error: interrupted\nhint: nothing was reported\n" {
		t.Errorf("exit %d, stdout %q, stderr %q", code, out.String(), errs.String())
	}
}
