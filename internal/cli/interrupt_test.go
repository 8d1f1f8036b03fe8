package cli_test

import (
	"bytes"
	"context"
	"errors"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/cli"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/faulttest"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// TestInterruptEndsWithoutAReport interrupts while the database is silent. Nothing of the output is left, and
// existing files stay.
func TestInterruptEndsWithoutAReport(t *testing.T) {
	t.Parallel()
	dsn := silenced(t)
	for name, args := range map[string][]string{
		"report":               {"check", "--from", "3.4.1", "--to", "3.7.3"},
		"report in a file":     {"check", "--from", "3.4.1", "--to", "3.7.3", "--format", "json=DIR/new"},
		"report in an old one": {"check", "--from", "3.4.1", "--to", "3.7.3", "--format", "json=DIR/old"},
		"targets":              {"targets", "--from", "3.4.1"},
		"targets in a file":    {"targets", "--from", "3.4.1", "--format", "json=DIR/new"},
		"snapshot":             {"snapshot", "--out", "-"},
		"snapshot in a file":   {"snapshot", "--out", "DIR/new"},
		"snapshot in a pipe":   {"snapshot", "--out", "DIR/pipe"},
		"snapshot in an old":   {"snapshot", "--out", "DIR/old", "--force"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faulttest.Tried(t, faulttest.Interrupts, 1)
			dir := t.TempDir()
			if err := errors.Join(os.WriteFile(dir+"/old", []byte("old"), 0o600), syscall.Mkfifo(dir+"/pipe", 0o600)); err != nil {
				t.Fatal(err)
			}
			before := state(t, dir)
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "DIR", dir)
			}
			interrupted(t, append(args, "--dsn", dsn)...)
			if diff := cmp.Diff(before, state(t, dir)); diff != "" {
				t.Errorf("the folder changed (-before +after):\n%s", diff)
			}
		})
	}
}

// TestInterruptEndsWaitingForTheReaderOfAPipe interrupts when only the reader of the pipe is missing.
func TestInterruptEndsWaitingForTheReaderOfAPipe(t *testing.T) {
	t.Parallel()
	faulttest.Tried(t, faulttest.Interrupts, 1)
	pipe := t.TempDir() + "/pipe"
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	interrupted(t, "demo", "--format", "json="+pipe)
}

// interrupted runs the command line and interrupts it after a short time.
func interrupted(t *testing.T, args ...string) {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	time.AfterFunc(300*time.Millisecond, interrupt)
	var out, errs bytes.Buffer
	code := cli.Main(ctx, cli.Env{
		Args: args, Stdout: &out, Stderr: &errs, Now: time.Now,
	})
	if code != report.ExitInterrupted || out.Len() > 0 || errs.String() != "error: interrupted\nhint: nothing was reported\n" {
		t.Errorf("exit %d, stdout %q, stderr %q", code, out.String(), errs.String())
	}
}

// silenced returns the DSN of a database that falls silent while it is read.
func silenced(t *testing.T) string {
	t.Helper()
	dsn, err := url.Parse(pgtest.Start(t).Database(t, installations.SQL("3.4")))
	if err != nil {
		t.Fatal(err)
	}
	dsn.Host = pgtest.StallProxy(t, dsn.Host, 30000)
	return dsn.String()
}
