package cli_test

import (
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/fixtures/installations"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/test/adminapitest"
	"github.com/api7-preflight/api7-preflight/internal/test/memory"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
)

// ids returns an expression that matches the ids of objects and gateway groups in the example installation, and
// only-in-kine.
func ids(t *testing.T) *regexp.Regexp {
	t.Helper()
	all := []string{"only-in-kine"}
	for _, r := range memory.Example(t, estate.Info{}).Resources {
		for _, id := range []string{r.ID, r.Group.ID, r.Group.ShortID} {
			if id != "" && id != "default" && r.Kind != estate.Database && r.Kind != estate.AuditLog && r.Kind != estate.PluginList {
				all = append(all, regexp.QuoteMeta(id))
			}
		}
	}
	return regexp.MustCompile(`(?:^|[^\w.-])(` + strings.Join(all, "|") + `)(?:$|[^\w-])`)
}

// TestDoctorOfASnapshotShowsNoID proves it for gaps that name objects, which every assessment shows.
func TestDoctorOfASnapshotShowsNoID(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installations.SQL("3.4"), `INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value)
		VALUES ('/gateway_groups/default/services/only-in-kine', 1, 0, 0, 0, 0, '{"id": "only-in-kine", "name": "x"}')`)
	api := served(t, noon)
	refuse := adminapitest.Status(http.StatusForbidden)
	api.Fail(adminapitest.Fault{Suffix: "/routes", Do: refuse})
	api.Fail(adminapitest.Fault{Suffix: "/versions", Do: refuse})
	id := ids(t)
	for name, flags := range map[string][]string{
		"database": {"--dsn", dsn}, "Admin API": {"--admin-api", api.URL, "--ca-file", api.CAFile},
	} {
		shot := filepath.Join(t.TempDir(), "s.snapshot")
		call(t, append([]string{"snapshot", "--out", shot}, flags...)...)
		_, manifest, _ := strings.Cut(decompressed(t, shot), "\n"+`{"manifest":`)
		if !id.MatchString(manifest) {
			t.Fatalf("%s: no gap in the snapshot names an object: %s", name, manifest)
		}
		if _, told, _ := call(t, "check", "--snapshot", shot, "--from", "3.4.1", "--to", "3.7.3", "--format", "json"); !strings.Contains(told, "only-in-kine") && name == "database" {
			t.Errorf("%s: an assessment does not name the object", name)
		}
		for _, format := range []string{"table", "json"} {
			_, stdout, stderr := call(t, "doctor", "--snapshot", shot, "--format", format)
			if found := id.FindAllStringSubmatch(stdout+stderr, -1); found != nil || !strings.Contains(stdout, "service") {
				t.Errorf("%s: doctor as %s shows %q:\n%s", name, format, found, stdout)
			}
		}
	}
}
