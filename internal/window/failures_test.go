package window_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// service returns a published service with a Traffic Split.
func service(id string) estate.Resource {
	return object(estate.Service, "default", id, fmt.Sprintf(`{"id":%q,"name":"n","plugins":{"cors":{},"traffic-split":%s}}`, id, inline))
}

// attached returns a report that finds a Traffic Split on services of the default gateway group.
func attached(ids ...string) *report.Report {
	r := reporttest.Base()
	var all []report.Finding
	for _, id := range ids {
		f := reporttest.Finding("traffic-split-attached", "breaking", "before", "service", id, "n", "default", "m")
		f.Object.GatewayGroupID, f.Change = "default", "3.5.0"
		all = append(all, f)
	}
	r.Findings = report.FindingsOf(all...)
	return reporttest.Settle(r)
}

// TestAFailureInTheMiddleStopsAndTheNextRunGoesOn lets the second object of three fail, on the way there and on the way back.
func TestAFailureInTheMiddleStopsAndTheNextRunGoesOn(t *testing.T) {
	t.Parallel()
	s := controlPlane(t, append(groups("default"), service("a"), service("b"), service("c"))...)
	dir := folder(t, attached("a", "b", "c"))
	was := state(s)
	fail := func() {
		s.Fail(adminapitest.Fault{Method: http.MethodPatch, Suffix: "/services/b", Times: 1, Do: adminapitest.Status(http.StatusInternalServerError)})
	}
	fail()
	said := []string{
		"stopped at service b on gateway group default: the control plane answers 500 refused ***", "changes made before it: 1; each of them is complete",
		"of 3 objects, 1 were gone through, this one was not finished, and 1 were not begun", "not begun: service c on gateway group default",
	}
	execute(t, s, dir, "before.sh", "--apply").wants(t, 1, said...)
	execute(t, s, dir, "before.sh", "--apply").wants(t, 0, "done    service a", "Changes made: 2.")
	s.Upgrade("3.7.3")
	fail()
	execute(t, s, dir, "after.sh", "--apply").wants(t, 1, said...)
	execute(t, s, dir, "after.sh", "--apply").wants(t, 0, "done    service a", "Changes made: 2.")
	if diff := cmp.Diff(was, state(s)); diff != "" {
		t.Errorf("the end is not the start (-start +end):\n%s", diff)
	}
	if left := names(t, dir); slices.ContainsFunc(left, func(name string) bool { return strings.HasPrefix(name, ".") }) {
		t.Errorf("there is still %v", left)
	}
}

// TestNoAnswerIsTakenOnTrust proves that answers other than the documented ones stop the script before it goes on.
func TestNoAnswerIsTakenOnTrust(t *testing.T) {
	t.Parallel()
	body, status := adminapitest.Body, adminapitest.Status
	for name, tt := range map[string]struct {
		fault adminapitest.Fault
		said  string
	}{
		"no version":             {adminapitest.Fault{Suffix: "/version", Do: body(`{"value":"dev"}`)}, "does not say which release it is"},
		"another program":        {adminapitest.Fault{Suffix: "/version", Do: body(`<html>`)}, "does API7_ADMIN lead to the Dashboard?"},
		"a hostile version":      {adminapitest.Fault{Suffix: "/version", Do: body(`{"value":"3.4.1\" \"9.9.9"}`)}, "does not say which release it is"},
		"the token is refused":   {adminapitest.Fault{Suffix: "/version", Do: status(http.StatusUnauthorized)}, "answers 401"},
		"forbidden":              {adminapitest.Fault{Suffix: "/a", Do: status(http.StatusForbidden)}, "the token in API7_TOKEN may not do this"},
		"a redirect":             {adminapitest.Fault{Suffix: "/a", Do: adminapitest.Redirect("http://127.0.0.1:1")}, "answers 307"},
		"gone":                   {adminapitest.Fault{Suffix: "/a", Do: status(http.StatusNotFound)}, "it is not there"},
		"no object":              {adminapitest.Fault{Suffix: "/a", Do: body(`{"value":[]}`)}, "is not what was asked for"},
		"half an answer":         {adminapitest.Fault{Suffix: "/a", Do: adminapitest.Cut}, "no answer from the control plane"},
		"changed to nothing":     {adminapitest.Fault{Method: http.MethodPatch, Do: body(``)}, "has other plugins than were sent"},
		"said to be done":        {adminapitest.Fault{Method: http.MethodPatch, Do: body(`{"value":{"id":"a"}}`)}, "has other plugins than were sent"},
		"connection lost":        {adminapitest.Fault{Method: http.MethodPatch, Do: adminapitest.Reset}, "whether it was done is not known; the next run finds out"},
		"the group is not known": {adminapitest.Fault{Suffix: "/gateway_groups/default", Do: status(http.StatusNotFound)}, "answers 404"},
		"the group is no object": {adminapitest.Fault{Suffix: "/gateway_groups/default", Do: body(`{"value":7}`)}, "is not what was asked for"},
		"a message with controls": {adminapitest.Fault{Suffix: "/a", Do: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.WriteHeader(http.StatusTeapot)
			_, _ = w.Write([]byte(`{"error_msg":"\u001b[2Jx"}`))
		}}, `answers 418 \u001b[2Jx`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := controlPlane(t, append(groups("default"), service("a"))...)
			dir := folder(t, attached("a"))
			s.Fail(tt.fault)
			execute(t, s, dir, "before.sh", "--apply").wants(t, 1, tt.said, "run it again when the cause is gone")
			if !strings.Contains(s.Objects()["service default a"], "traffic-split") {
				t.Error("the plugin is gone")
			}
		})
	}
}

// TestWhatIsSavedIsNeverReplaced proves that neither a later state nor another object takes the place of an original.
func TestWhatIsSavedIsNeverReplaced(t *testing.T) {
	t.Parallel()
	s := controlPlane(t, append(groups("default"), service("a"))...)
	dir := folder(t, attached("a"))
	kept := filepath.Join(dir, "saved", "service@default@a.json")
	s.Fail(adminapitest.Fault{Method: http.MethodPatch, Times: 1, Do: adminapitest.Status(http.StatusInternalServerError)})
	execute(t, s, dir, "before.sh", "--apply").wants(t, 1)
	original := content(t, kept)
	change(t, s, `[{"op":"add","path":"/plugins/prometheus","value":{}}]`)
	execute(t, s, dir, "before.sh", "--apply").wants(t, 1, "it is not as it was when it was saved, and saved/service@default@a.json is not replaced")
	change(t, s, `[{"op":"remove","path":"/plugins/prometheus"}]`)
	execute(t, s, dir, "before.sh", "--apply").wants(t, 0)
	execute(t, s, dir, "before.sh", "--apply").wants(t, 0)
	if content(t, kept) != original || !strings.Contains(original, "traffic-split") {
		t.Errorf("saved is %s", content(t, kept))
	}

	s.Upgrade("3.7.3")
	change(t, s, `[{"op":"add","path":"/plugins/traffic-split","value":{"rules":[]}}]`)
	execute(t, s, dir, "after.sh", "--apply").wants(t, 1, "its plugins were changed since before.sh ran, and that would be lost")
	write(t, filepath.Join(dir, "saved", "service@default@a.json"), `{"value":`)
	execute(t, s, dir, "after.sh", "--apply").wants(t, 2, "saved/service@default@a.* is damaged or incomplete", "nothing was done")
}

// TestNothingBeginsWithoutWhatIsNeeded proves that a script says what is missing before it sends a request.
func TestNothingBeginsWithoutWhatIsNeeded(t *testing.T) {
	t.Parallel()
	s := controlPlane(t, append(groups("default"), service("a"))...)
	dir := folder(t, attached("a"))
	path, admin, token := "PATH="+os.Getenv("PATH"), "API7_ADMIN="+s.URL, "API7_TOKEN="+adminapitest.Token
	bare := t.TempDir()
	for _, tool := range []string{"sh", "basename", "dirname"} {
		for _, from := range []string{"/bin/", "/usr/bin/"} {
			if _, err := os.Stat(from + tool); err == nil {
				_ = os.Symlink(from+tool, filepath.Join(bare, tool))
			}
		}
	}
	for name, tt := range map[string]struct {
		environ []string
		args    []string
		said    string
	}{
		"no tools":        {[]string{"PATH=" + bare, admin, token}, nil, "missing: curl jq"},
		"no address":      {[]string{path, token}, nil, "set API7_ADMIN"},
		"no token":        {[]string{path, admin}, nil, "set API7_TOKEN"},
		"a wrong address": {[]string{path, token, "API7_ADMIN=https://u:p@host"}, nil, "API7_ADMIN is no address"},
		"another scheme":  {[]string{path, token, "API7_ADMIN=file:///etc"}, nil, "API7_ADMIN is no address"},
		"a wrong token":   {[]string{path, admin, "API7_TOKEN=a\"\nurl = \"file:///etc/passwd"}, nil, "API7_TOKEN has a character that no token has"},
		"a wrong flag":    {[]string{path, admin, token}, []string{"--aply"}, "usage: before.sh"},
	} {
		executeWith(t, tt.environ, dir, "before.sh", append(tt.args, "--apply")...).wants(t, 2, tt.said)
		t.Log(name)
	}
	host := hostname(t)
	write(t, filepath.Join(dir, ".lock", "pid"), strconv.Itoa(os.Getpid())+" "+host)
	execute(t, s, dir, "before.sh", "--apply").wants(t, 2, "another run is at work here")
	write(t, filepath.Join(dir, "objects.jsonl"), `{"kind":"service","id":"a"}`)
	execute(t, s, dir, "before.sh").wants(t, 2, "objects.jsonl is missing or damaged")
	if got := len(s.Requests()); got > 0 {
		t.Errorf("%d requests", got)
	}
	write(t, filepath.Join(dir, ".lock", "pid"), "2147483000 "+host)
	execute(t, s, folder(t, attached("a")), "after.sh", "--apply").wants(t, 4, "before.sh has taken nothing off from this folder")
}

func content(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// change patches service a, as somebody else does.
func change(t *testing.T, s *adminapitest.Server, patch string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, s.URL+"/apisix/admin/services/a?gateway_group_id=default", strings.NewReader(patch))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Api-Key", adminapitest.Token)
	req.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(req)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", answer, err)
	}
	_ = answer.Body.Close()
}
