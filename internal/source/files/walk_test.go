package files_test

import (
	"os"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files"
)

func TestAFolderNamedByALinkIsRead(t *testing.T) {
	t.Parallel()
	in := folderOf(t, `
-- infra/sub/app.yaml --
dashboard_configuration: {database: {dsn: postgres://a@b/c}}
`)
	if err := os.Symlink("infra", in.dir+"/link"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"link", "link/", "link/."} {
		s, err := files.Open(t.Context(), files.Options{Paths: []string{in.dir + "/" + path}})
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if d, err := s.Diagnose(t.Context(), estate.Need{}); err != nil || len(d.Files) != 1 || in.plain(d.Files[0].Path) != "link/sub/app.yaml" {
			t.Errorf("%s: %+v", path, d.Files)
		}
	}
}
