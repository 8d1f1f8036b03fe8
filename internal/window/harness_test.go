package window_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/cli"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/window"
)

// moment is when everything happens.
func moment() time.Time { return time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC) }

// demo returns the report on the example installation.
func demo(t *testing.T) *report.Report {
	t.Helper()
	return assessed(t, "demo")
}

// assessed returns the report of a command.
func assessed(t *testing.T, args ...string) *report.Report {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cli.Main(t.Context(), cli.Env{Args: append(args, "--format", "json"), Stdout: &stdout, Stderr: &stderr, Now: moment, Environ: []string{"API7_PREFLIGHT_TOKEN=" + adminapitest.Token}})
	var r report.Report
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, stderr.String())
	}
	return &r
}

// controlPlane serves the example installation, or other resources, and takes changes.
func controlPlane(t *testing.T, resources ...estate.Resource) *adminapitest.Server {
	t.Helper()
	if len(resources) == 0 {
		resources = memory.Example(t, estate.Info{}).Resources
	}
	s := adminapitest.Start(t, adminapitest.Installation{Version: "3.4.1", Resources: resources, Now: moment()})
	s.Edit()
	return s
}

// folder writes the files for a report into a folder of their own.
func folder(t *testing.T, r *report.Report) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "it's a window")
	files, _ := window.Files(r)
	if err := window.Write(t.Context(), dir, files, false); err != nil {
		t.Fatal(err)
	}
	return dir
}

// ended is how a script ended.
type ended struct {
	code int
	out  string // both streams
}

// execute runs a script of a folder against a control plane.
func execute(t *testing.T, s *adminapitest.Server, dir, script string, args ...string) ended {
	t.Helper()
	return executeWith(t, []string{"API7_ADMIN=" + s.URL + "/", "API7_TOKEN=" + adminapitest.Token, "PATH=" + os.Getenv("PATH")}, dir, script, args...)
}

// need skips a test where a tool is missing. Where tests are complete, it fails.
func need(t *testing.T, tools ...string) {
	t.Helper()
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil && os.Getenv("CI") != "" {
			t.Fatalf("%s is missing", tool)
		} else if err != nil {
			t.Skipf("%s is missing", tool)
		}
	}
}

// executeWith runs a script in an environment.
func executeWith(t *testing.T, environ []string, dir, script string, args ...string) ended {
	t.Helper()
	return ran(t, environ, append([]string{filepath.Join(dir, script)}, args...)...)
}

// ran runs a command that runs a script.
func ran(t *testing.T, environ []string, command ...string) ended {
	t.Helper()
	need(t, "curl", "jq")
	cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
	cmd.Dir, cmd.Env = t.TempDir(), environ
	out, err := cmd.CombinedOutput()
	if exit, failed := errors.AsType[*exec.ExitError](err); err != nil && !failed {
		t.Fatal(err)
	} else if failed && exit.ExitCode() < 0 {
		t.Fatalf("%v: %v", command, err)
	}
	if strings.Contains(string(out), adminapitest.Token) {
		t.Errorf("%v shows the token:\n%s", command, out)
	}
	if left := names(t, cmd.Dir); len(left) > 0 {
		t.Errorf("%v wrote %v beside its folder", command, left)
	}
	return ended{cmd.ProcessState.ExitCode(), string(out)}
}

// wants fails unless a script ended with a code, and said something.
func (e ended) wants(t *testing.T, code int, said ...string) {
	t.Helper()
	if e.code != code {
		t.Fatalf("exit code %d, not %d:\n%s", e.code, code, e.out)
	}
	for _, text := range said {
		if !strings.Contains(e.out, text) {
			t.Errorf("%q was not said:\n%s", text, e.out)
		}
	}
}

// changes returns the requests that change something, from the n-th request on.
func changes(s *adminapitest.Server, n int) []string {
	var out []string
	for _, r := range s.Requests()[n:] {
		if r.Method != http.MethodGet {
			out = append(out, r.Method+" "+r.Path)
		}
	}
	return out
}

// object returns a resource of a gateway group, or of none.
func object(k estate.Kind, group, id, body string) estate.Resource {
	r := estate.Resource{Kind: k, ID: id, Body: []byte(body)}
	if group != "" {
		r.Group = estate.Group{ID: group, ShortID: group, Name: group}
	}
	return r
}

// groups returns gateway groups; the one called enforced takes changes of services only from their templates.
func groups(names ...string) []estate.Resource {
	var out []estate.Resource
	for _, name := range names {
		body := fmt.Sprintf(`{"id":%q,"name":%q,"enforce_service_publishing":%t}`, name, name, name == "enforced")
		out = append(out, object(estate.GatewayGroup, name, name, body))
	}
	return out
}

// found returns the report on a control plane.
func found(t *testing.T, s *adminapitest.Server) *report.Report {
	t.Helper()
	return assessed(t, "check", "--admin-api", s.URL, "--from", "3.4.1", "--to", "3.7.3")
}

// state returns what a server holds, without when it was changed.
func state(s *adminapitest.Server) map[string]string {
	all := s.Objects()
	for name, body := range all {
		all[name] = updated.ReplaceAllString(body, "")
	}
	return all
}

var updated = regexp.MustCompile(`,?"updated_at":"\++"`)
