package window_test

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
)

// global is what objects.jsonl has for a finding on the global rules of a gateway group.
const global = `{"kind":"global_rule","group":"default","group_name":"default","id":"traffic-split","plugins":["traffic-split"],"change":"3.5.0","rules":["traffic-split-attached"],"optional":true}
{"kind":"global_rule","group":"default","group_name":"default","id":"workflow","plugins":["traffic-split"],"change":"3.5.0","rules":["traffic-split-attached"],"optional":true}
`

// TestWhatIsNotFoundOnGlobalRulesIsNotPassedOver answers 404: as the control plane does, and as a proxy in front of it does.
func TestWhatIsNotFoundOnGlobalRulesIsNotPassedOver(t *testing.T) {
	t.Parallel()
	s := controlPlane(t, append(groups("default"), service("a"))...)
	dir := folder(t, attached("a"))
	write(t, filepath.Join(dir, "objects.jsonl"), global)
	execute(t, s, dir, "before.sh", "--apply").wants(t, 4, "none    global rule workflow", "the report has found it there: look in the Dashboard")
	s.Fail(adminapitest.Fault{Suffix: "/global_rules/traffic-split", Do: func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<html>")
	}})
	execute(t, s, dir, "before.sh", "--apply").wants(t, 1, "answers 404 with something that is no answer of its API")
}

// TestDefaultsThatAControlPlaneFillsInAreNoChange lets the server add a field to what is put back, and write an empty set
// as a list.
func TestDefaultsThatAControlPlaneFillsInAreNoChange(t *testing.T) {
	t.Parallel()
	s := controlPlane(t, append(groups("default"), service("a"), service("b"))...)
	dir := folder(t, attached("a", "b"))
	execute(t, s, dir, "before.sh", "--apply").wants(t, 0)
	s.Upgrade("3.7.3")
	s.Fail(adminapitest.Fault{Method: http.MethodPatch, Do: func(w http.ResponseWriter, r *http.Request, site http.Handler) {
		sent, _ := io.ReadAll(r.Body)
		sent = bytes.ReplaceAll(sent, []byte(`{"weight":9}`), []byte(`{"weight":9,"filled":[]}`))
		r.Body = io.NopCloser(bytes.NewReader(sent))
		site.ServeHTTP(w, r)
	}})
	execute(t, s, dir, "after.sh", "--apply").wants(t, 0, "note    service a on gateway group default", "Changes made: 2.")
	execute(t, s, dir, "after.sh", "--apply").wants(t, 0, "done    service b", "Changes made: 0.")
}

// TestAPluginWhoseNameIsPartOfAnotherIsLeftAlone lets somebody change it between the scripts.
func TestAPluginWhoseNameIsPartOfAnotherIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := controlPlane(t, append(groups("default"), object(estate.Service, "default", "a", `{"id":"a","name":"a","plugins":{"split":{"n":1},"traffic-split":`+inline+`}}`))...)
	dir := folder(t, found(t, s))
	was := state(s)
	execute(t, s, dir, "before.sh", "--apply").wants(t, 0)
	change(t, s, `[{"op":"replace","path":"/plugins/split","value":{"n":2}}]`)
	s.Upgrade("3.7.3")
	execute(t, s, dir, "after.sh", "--apply").wants(t, 0, "Changes made: 1.")
	was["service default a"] = strings.Replace(was["service default a"], `{"n":1}`, `{"n":2}`, 1)
	if diff := cmp.Diff(was, state(s)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWhatIsSavedOfOneInstallationIsForNoOther runs the scripts of a rehearsal against another control plane.
func TestWhatIsSavedOfOneInstallationIsForNoOther(t *testing.T) {
	t.Parallel()
	rehearsal, production := controlPlane(t, append(groups("default"), service("a"))...), controlPlane(t, append(groups("default"), service("a"))...)
	dir := folder(t, attached("a"))
	execute(t, rehearsal, dir, "before.sh", "--apply").wants(t, 0)
	for _, script := range []string{"before.sh", "after.sh"} {
		execute(t, production, dir, script, "--apply").wants(t, 2, "what is saved here is of "+rehearsal.URL, "nothing was done")
	}
	write(t, filepath.Join(dir, "saved", "address"), production.URL)
	execute(t, production, dir, "after.sh", "--undo", "--apply").wants(t, 0, "done    service a")
}

// TestATraceShowsNoToken runs a script as somebody does who looks for a fault, and with shells whose printf is a program.
func TestATraceShowsNoToken(t *testing.T) {
	t.Parallel()
	s := controlPlane(t, append(groups("default"), service("a"))...)
	dir := folder(t, attached("a"))
	environ := []string{"API7_ADMIN=" + s.URL, "API7_TOKEN=" + adminapitest.Token, "PATH=" + os.Getenv("PATH")}
	ran(t, environ, "sh", "-x", filepath.Join(dir, "before.sh")).wants(t, 0, "delete  service a") // ran looks for the token
	left := filepath.Join(dir, ".work.dead")
	write(t, filepath.Join(left, "pid"), "2147483000 "+hostname(t)+"\n")
	execute(t, s, dir, "before.sh").wants(t, 0)
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Error("what a killed run has left is still there")
	}
}

func hostname(t *testing.T) string {
	t.Helper()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	return host
}
