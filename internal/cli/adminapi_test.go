package cli_test

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/cli"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
)

// plainly returns a test server that serves the 3.4 installation without TLS.
func plainly(t *testing.T) *adminapitest.Server {
	t.Helper()
	return adminapitest.Start(t, adminapitest.Installation{Version: "3.4.1", Resources: memory.Example(t, estate.Info{}).Resources, Now: noon})
}

// text is what a command wrote so far.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *text) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(p)
}

// TestProgressIsShownWhereItIsWanted lets the clock tick three times while the Admin API is read, and looks at standard
// error. Every tick that is taken is shown before the line is cleared, so there are as many lines as ticks.
func TestProgressIsShownWhereItIsWanted(t *testing.T) {
	t.Parallel()
	const line = `reading admin-api(, [a-z ]+)? … [0-9,]+ resources, [0-9,]+ requests?, [0-9,]+ s`
	inLog := regexp.MustCompile(`^(` + line + `\n){3}$`)
	onTerminal := regexp.MustCompile(`^(\r` + line + ` *){3}\r *\r$`)
	nothing := regexp.MustCompile(`^$`)
	for name, tt := range map[string]struct {
		args     []string
		terminal bool
		pause    time.Duration
		want     *regexp.Regexp
	}{
		"check, always":               {args: []string{"check", "--to", "3.7.3", "--progress", "always"}, pause: 30 * time.Second, want: inLog},
		"doctor, always":              {args: []string{"doctor", "--progress", "always"}, pause: 30 * time.Second, want: inLog},
		"snapshot, always":            {args: []string{"snapshot", "--out", "-", "--quiet=false", "--progress", "always"}, pause: 30 * time.Second, want: regexp.MustCompile(`^(` + line + `\n){3}`)},
		"check on a terminal":         {args: []string{"check", "--to", "3.7.3"}, terminal: true, pause: time.Second, want: onTerminal},
		"doctor on a terminal":        {args: []string{"doctor", "--progress", "always"}, terminal: true, pause: time.Second, want: onTerminal},
		"auto without a terminal":     {args: []string{"check", "--to", "3.7.3", "--progress", "auto"}, want: nothing},
		"never on a terminal":         {args: []string{"doctor", "--progress", "never"}, terminal: true, want: nothing},
		"always, and quiet":           {args: []string{"doctor", "--progress", "always", "--quiet"}, want: nothing},
		"quiet on a terminal":         {args: []string{"check", "--to", "3.7.3", "--quiet"}, terminal: true, want: nothing},
		"nothing that reads, and yet": {args: []string{"rules", "list", "--progress", "always"}, want: nothing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := plainly(t)
			ticks, pause := make(chan time.Time), time.Duration(0)
			server.Fail(adminapitest.Fault{Prefix: "/apisix/admin/consumers", Times: 1, Do: func(w http.ResponseWriter, r *http.Request, site http.Handler) {
				for range 3 * min(tt.pause, 1) {
					ticks <- noon
				}
				site.ServeHTTP(w, r)
			}})
			args := tt.args
			if args[0] != "rules" {
				args = append(args, "--admin-api", server.URL)
			}
			var stdout, stderr text
			code := cli.Main(t.Context(), cli.Env{
				Args: args, Stdout: &stdout, Stderr: &stderr, Environ: []string{"API7_PREFLIGHT_TOKEN=" + adminapitest.Token}, Now: ticking(), Version: "devel",
				Terminal: func(w io.Writer) (int, bool) { return 120, tt.terminal && w == io.Writer(&stderr) },
				Every: func(d time.Duration) (<-chan time.Time, func()) {
					pause = d
					return ticks, func() {}
				},
			})
			got := stderr.b.String()
			if code == report.ExitUsage || code == report.ExitCannotRun || pause != tt.pause || !tt.want.MatchString(got) {
				t.Errorf("exit %d, a tick every %s, stderr %q", code, pause, got)
			}
		})
	}
}

func TestHowHardTheAdminAPIIsAsked(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"--api-concurrency", "0"},
		{"--api-concurrency", "101"},
		{"--api-concurrency", "two"},
		{"--api-concurrency", ""},
		{"--api-requests-per-second", "0"},
		{"--api-requests-per-second", "-1"},
		{"--api-requests-per-second", "1.5"},
		{"--api-requests-per-second", "10001"},
	} {
		code, _, stderr := call(t, append([]string{"doctor", "--admin-api", "http://127.0.0.1:1"}, args...)...)
		if code != report.ExitUsage || !strings.Contains(stderr, args[0]) {
			t.Errorf("%v: exit %d: %s", args, code, stderr)
		}
	}
	server := plainly(t)
	var mu sync.Mutex
	at, most := 0, 0
	server.Fail(adminapitest.Fault{Do: func(w http.ResponseWriter, r *http.Request, site http.Handler) {
		mu.Lock()
		at++
		most = max(most, at)
		mu.Unlock()
		site.ServeHTTP(w, r)
		mu.Lock()
		at--
		mu.Unlock()
	}})
	if code, _, stderr := call(t, "doctor", "--admin-api", server.URL, "--api-concurrency", "1"); code != report.ExitIncomplete || most != 1 {
		t.Errorf("exit %d, %d requests at once: %s", code, most, stderr)
	}
	for _, r := range server.Requests() {
		if r.Agent != "api7-preflight/devel" {
			t.Errorf("User-Agent %q", r.Agent)
		}
	}
}

// TestFromCountsWhereTheControlPlaneRefusesItsVersion compares with the same installation that tells its version.
func TestFromCountsWhereTheControlPlaneRefusesItsVersion(t *testing.T) {
	t.Parallel()
	told, untold := plainly(t), plainly(t)
	untold.Fail(adminapitest.Fault{Prefix: "/api/version", Do: adminapitest.Status(http.StatusForbidden)})
	want := assessed(t, "--admin-api", told.URL)
	got := assessed(t, "--admin-api", untold.URL)
	same(t, judgements(want, everything), judgements(got, everything))
	if got.Path.From != "3.4.1" || len(got.Unexamined) != len(want.Unexamined) {
		t.Errorf("from %s, unexamined %+v", got.Path.From, got.Unexamined)
	}
	if n := len(untold.Requests()) - len(told.Requests()); n > 5 { // one to recognise old releases
		t.Errorf("%d more requests", n)
	}
}
