package cli_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // hours of a zone are tried on machines without its data too

	"github.com/api7-preflight/api7-preflight/internal/cli"
)

// TestNoFlagOfARunbookIsIgnored gives flags that name what is not there.
func TestNoFlagOfARunbookIsIgnored(t *testing.T) {
	t.Parallel()
	saved := filepath.Join(t.TempDir(), "runbook.json")
	demo := []string{"runbook", "--snapshot", "../../fixtures/demo.snapshot", "--from", "3.4.1", "--scope", "given", "--format", "json=" + saved}
	if code, _, stderr := call(t, append(demo, "--to", "3.7.3", "--time", "gateway-group/edge=20", "--time", "gateway-group/stg01=20")...); code != 0 {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	status := []string{"runbook", "--snapshot", "../../fixtures/demo.snapshot", "--status", saved}
	for what, test := range map[string]struct {
		args []string
		says string
	}{
		"a group that is not there": {append(demo, "--to", "3.7.3", "--time", "gateway-group/egde=20"), "gateway group egde, which is not there\nhint: known are default, edge, staging\n"},
		"more starts than windows":  {append(demo, "--to", "3.7.3", "--start", "2026-12-05 22:00", "--start", "2026-12-06 22:00"), "--start is given 2 times, and this path has 1 window\n"},
		"starts out of order":       {append(demo, "--to", "3.9.3", "--start", "2026-12-06 22:00", "--start", "2026-12-05 22:00"), "window 2 would begin before window 1\n"},
		"a start of a made plan":    {append(status, "--start", "2026-12-06 22:00"), "--start and --status cannot be given together"},
		"a time of a made plan":     {append(status, "--time", "control-plane=30"), "--time and --status cannot be given together"},
	} {
		if code, stdout, stderr := call(t, test.args...); code != 2 || stdout != "" || !strings.Contains(stderr, test.says) {
			t.Errorf("%s: exit code %d: %s", what, code, stderr)
		}
	}
}

// TestAWindowBeginsWhenAClockShowsIt asks for hours around the days on which clocks are changed, and for the past.
func TestAWindowBeginsWhenAClockShowsIt(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	for start, says := range map[string]string{
		"2027-03-28 02:30":          "does not exist: clocks are put forward over it that day",
		"2027-10-31 02:30":          "is there twice: clocks are put back that day",
		"2027-10-31T02:30:00+01:00": "",
		"2027-03-28 01:30":          "",
		"2027-03-28 03:30":          "",
		"2020-03-28 03:30":          "WARNING: --start 2020-03-28T03:30:00+01:00 is in the past",
	} {
		var stdout, stderr bytes.Buffer
		code := cli.Main(t.Context(), cli.Env{
			Args: []string{"runbook", "--snapshot", "../../fixtures/demo.snapshot", "--from", "3.4.1", "--to", "3.7.3", "--scope", "given", "--start", start}, Stdout: &stdout, Stderr: &stderr,
			Now: func() time.Time { return noon.In(zone) },
		})
		refused := says != "" && !strings.HasPrefix(says, "WARNING")
		if !strings.Contains(stderr.String(), says) || (says == "") != (stderr.String() == "") || refused != (code == 2) || refused != (stdout.Len() == 0) {
			t.Errorf("%s: exit code %d: %s", start, code, stderr.String())
		}
	}
}

// TestTheFilesSayWhichDatabaseTheCommandsUse names another one with --dsn.
func TestTheFilesSayWhichDatabaseTheCommandsUse(t *testing.T) {
	t.Parallel()
	dsn, _ := installation(t)
	for _, format := range []string{"markdown", "html", "json", "change-request"} {
		_, stdout, stderr := call(t, "runbook", "--dsn", dsn, "--config", "../../fixtures/files/3.4/api7-ee", "--from", "3.4.1", "--to", "3.7.3", "--format", format)
		for _, want := range []string{"The sources name several databases", "The commands of this runbook use pg.example.internal:5432/api7ee; --dsn names "} {
			if !strings.Contains(strings.ReplaceAll(strings.ReplaceAll(stdout, "\\", ""), "`", ""), want) {
				t.Errorf("%s: there is no %q: %s", format, want, stderr)
			}
		}
		if format != "change-request" && !strings.Contains(stdout, "pg_dump -h pg.example.internal -p 5432 -U ") {
			t.Errorf("%s: the commands do not use it", format)
		}
	}
}
