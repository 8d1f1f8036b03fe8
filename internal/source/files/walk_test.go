package files_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
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

func TestLinksToFoldersAreFollowedOnce(t *testing.T) {
	t.Parallel()
	const settings = "nginx_config: {}\n"
	tests := map[string]struct {
		archive     string
		links       map[string]string // what they are called, and where they lead
		files, gaps []string
	}{
		"outside, twice": {
			"-- repo/a.yaml --\n" + settings + "-- other/b.yaml --\n" + settings,
			map[string]string{"repo/one": "../other", "repo/two": "../other"},
			[]string{"repo/a.yaml", "repo/one/b.yaml"},
			nil,
		},
		"into what another link led to": {
			"-- repo/a.yaml --\n" + settings + "-- other/sub/b.yaml --\n" + settings,
			map[string]string{"repo/one": "../other/sub", "repo/two": "../other"},
			[]string{"repo/a.yaml", "repo/one/b.yaml"},
			nil,
		},
		"inside": {"-- repo/sub/a.yaml --\n" + settings, map[string]string{"repo/again": "sub", "repo/sub/loop": "."}, []string{"repo/sub/a.yaml"}, nil},
		"above":  {"-- repo/a.yaml --\n" + settings, map[string]string{"repo/up": ".."}, []string{"repo/a.yaml"}, []string{"repo/up: a link to a folder above the one that was named: not followed"}},
		"closed": {
			"-- repo/a.yaml --\n" + settings + "-- other/b.yaml --\n" + settings,
			map[string]string{"repo/vendor": "../other", "repo/..data": "../other"},
			[]string{"repo/a.yaml"},
			nil,
		},
		"a loop outside": {
			"-- repo/a.yaml --\n" + settings + "-- other/b.yaml --\n" + settings,
			map[string]string{"repo/one": "../other", "other/back": "../other"},
			[]string{"repo/a.yaml", "repo/one/b.yaml"},
			nil,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := folderOf(t, tt.archive)
			for link, target := range tt.links {
				if err := os.Symlink(target, filepath.Join(in.dir, link)); err != nil {
					t.Fatal(err)
				}
			}
			s, err := files.Open(t.Context(), files.Options{Paths: []string{filepath.Join(in.dir, "repo")}})
			if err != nil {
				t.Fatal(err)
			}
			d, err := s.Diagnose(t.Context(), estate.Need{})
			if err != nil {
				t.Fatal(err)
			}
			var read, gaps []string
			for _, f := range d.Files {
				read = append(read, in.plain(f.Path))
			}
			for _, g := range d.Gaps {
				if !strings.Contains(g.Why, "the same") {
					gaps = append(gaps, in.plain(g.What)+": "+g.Why)
				}
			}
			if !slices.Equal(read, tt.files) || !slices.Equal(gaps, tt.gaps) {
				t.Errorf("read %q, gaps %q", read, gaps)
			}
		})
	}
}

func TestALinkToNothingIsADoubtWhereItIsCalledAfterAPI7(t *testing.T) {
	t.Parallel()
	in := folderOf(t, "-- gw.yaml --\nnginx_config: {}\n-- api7/x.yaml --\na: 1\n")
	for link, target := range map[string]string{
		"api7-values.yaml": "gone", "api7/gone": "nowhere", "values.yaml": "../api7-ee/values.yaml", "other.yaml": "gone.yaml", "logo": "gone",
	} {
		if err := os.Symlink(target, filepath.Join(in.dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	var gaps []string
	for _, g := range in.read(t).coverage.Kinds[0].Gaps {
		gaps = append(gaps, in.plain(g.What))
	}
	if want := []string{"api7/gone", "api7-values.yaml", "values.yaml"}; !slices.Equal(gaps, want) {
		t.Errorf("gaps %q, want %q", gaps, want)
	}
}
