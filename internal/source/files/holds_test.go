package files_test

import (
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/adc"
	"github.com/api7-preflight/api7-preflight/internal/source/adminapi"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
	"github.com/api7-preflight/api7-preflight/internal/source/pgdump"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
)

// TestOnlyFilesHoldFiles proves that no other source claims to have looked at configuration files, and that these claim
// nothing else.
func TestOnlyFilesHoldFiles(t *testing.T) {
	t.Parallel()
	others := map[string]estate.Source{
		"postgres": (*postgres.Source)(nil), "backup": (*pgdump.Source)(nil), "adc": (*adc.Source)(nil), "admin-api": (*adminapi.Source)(nil),
	}
	src := folderOf(t, bundle+layers).read(t).source
	var _ estate.Source = (*files.Source)(nil)
	for _, k := range estate.Kinds() {
		for name, src := range others {
			if k.InFiles() && src.Holds(k) {
				t.Errorf("%s holds %s", name, k)
			}
		}
		if !k.InFiles() && src.Holds(k) {
			t.Errorf("files hold %s", k)
		}
	}
	if !others["postgres"].Holds(estate.Route) || !src.Holds(estate.DashboardConfig) {
		t.Error("a source does not hold what it is for")
	}
}
