package window_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/outfile"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
	"github.com/api7-preflight/api7-preflight/internal/window"
)

// TestEveryFindingIsInAFileOrIsLeft holds the files for the example installation against its report.
func TestEveryFindingIsInAFileOrIsLeft(t *testing.T) {
	t.Parallel()
	r := demo(t)
	files, left := window.Files(r)
	var got []string
	for _, f := range files {
		got = append(got, f.Name+" "+f.Mode.String())
	}
	want := []string{"README.txt -rw-------", "before.sh -rwx------", "after.sh -rwx------", "adc.sh -rwx------", "window.jq -rw-------", "objects.jsonl -rw-------"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	rows, seen := contents(r)["objects.jsonl"], 0
	for f := range r.Findings.All() {
		if !slices.Contains([]string{"traffic-split-attached", "canary-rule-active", "template-runtime-config"}, f.Rule) {
			continue
		}
		seen++
		id := f.Object.ID
		if f.Object.Kind == "global_rule" {
			id = "traffic-split"
		}
		inFile := strings.Contains(rows, `"id":"`+id+`"`) && strings.Contains(rows, `"`+f.Rule+`"`)
		isLeft := slices.ContainsFunc(left, func(l window.Left) bool { return l.Rule == f.Rule && l.Object.ID == f.Object.ID && l.When == "before" })
		if inFile == isLeft {
			t.Errorf("%s of %s %s: in a file %t, left %t", f.Rule, f.Object.Kind, f.Object.ID, inFile, isLeft)
		}
	}
	if seen < 15 {
		t.Errorf("only %d findings", seen)
	}
}

// TestWhatNoFileDoesSaysWhy names each reason.
func TestWhatNoFileDoesSaysWhy(t *testing.T) {
	t.Parallel()
	reason := "agreed"
	for want, change := range map[string]func(*report.Report, *report.Finding){
		"it is waived: agreed": func(_ *report.Report, f *report.Finding) { f.Waived = &reason },
		"history cannot be edited": func(_ *report.Report, f *report.Finding) {
			f.Object.Kind, f.Object.State = "service_version", "history"
		},
		"the Admin API has no address for a plugin config":                                                  func(_ *report.Report, f *report.Finding) { f.Object.Kind = "plugin_config" },
		"the installed release is not known":                                                                func(r *report.Report, _ *report.Finding) { r.Path.From = "" },
		"it is no matter of this upgrade and can be done now":                                               func(r *report.Report, _ *report.Finding) { r.Path.From = "3.5.0" },
		"releases before 3.2.13.0 have other addresses":                                                     func(r *report.Report, _ *report.Finding) { r.Path.From = "3.2.12.3" },
		"its id holds what may be a secret, which is not shown":                                             func(_ *report.Report, f *report.Finding) { f.Object.ID = "https://u:opensesame@h/" },
		"its id is not known":                                                                               func(_ *report.Report, f *report.Finding) { f.Object.ID = "" },
		"the id of its gateway group is not known; a source that gives it is the database or the Admin API": func(_ *report.Report, f *report.Finding) { f.Object.GatewayGroupID = "" },
	} {
		r := attached("a")
		r.Findings.Edit(func(f *report.Finding) bool { change(r, f); return true })
		files, left := window.Files(r)
		if len(files) > 0 || len(left) != 1 || left[0].Why != want || left[0].Text == "" || left[0].When != "before" {
			t.Errorf("%s: %d files, %+v", want, len(files), left)
		}
	}
	if files, left := window.Files(reporttest.Ready()); files != nil || left != nil {
		t.Errorf("for nothing there are %v and %v", files, left)
	}
}

func TestAGatewayGroupIsFoundByItsName(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		groups []report.GatewayGroup
		want   string
	}{
		"with an id":  {[]report.GatewayGroup{{ID: "x", Name: "other"}, {ID: "7", ShortID: "d", Name: "default"}}, `"group":"7"`},
		"the default": {[]report.GatewayGroup{{ShortID: "default", Name: "default"}}, `"group":"default"`},
		"two":         {[]report.GatewayGroup{{ID: "7", Name: "default"}, {ID: "8", Name: "default"}}, ""},
		"a short id":  {[]report.GatewayGroup{{ShortID: "d", Name: "default"}}, ""},
	} {
		r := attached("a")
		r.GatewayGroups = tt.groups
		r.Findings.Edit(func(f *report.Finding) bool { f.Object.GatewayGroupID = ""; return true })
		if got := contents(r)["objects.jsonl"]; tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// TestAFolderIsWrittenWholeOrNotAtAll proves that nothing that exists is lost.
func TestAFolderIsWrittenWholeOrNotAtAll(t *testing.T) {
	t.Parallel()
	files, _ := window.Files(attached("a"))
	dir := filepath.Join(t.TempDir(), "window")
	if err := window.Write(t.Context(), dir, files, false); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info, err)
	}
	write(t, filepath.Join(dir, "saved", "x.json"), "original")
	write(t, filepath.Join(dir, "before.sh"), "edited")
	fails(t, window.Write(t.Context(), dir, files, false), "cannot write "+dir+": there is something in it")
	if got := content(t, filepath.Join(dir, "before.sh")); got != "edited" {
		t.Errorf("without force it is %s", got)
	}
	if err := window.Write(t.Context(), dir, files, true); err != nil {
		t.Fatal(err)
	}
	if content(t, filepath.Join(dir, "before.sh")) == "edited" || content(t, filepath.Join(dir, "saved", "x.json")) != "original" {
		t.Error("force does not replace the script, or replaces what is saved")
	}
	write(t, filepath.Join(dir, "mine"), "mine")
	if err := window.Write(t.Context(), dir, files[:1], true); err != nil || !slices.Equal(names(t, dir), []string{"README.txt", "mine", "saved"}) {
		t.Errorf("scripts that there are none of any more: %v, and there is %v", err, names(t, dir))
	}
	if err := os.Symlink(filepath.Join(dir, "mine"), filepath.Join(dir, "before.sh")); err != nil {
		t.Fatal(err)
	}
	fails(t, window.Write(t.Context(), dir, files, true), "it is no file of an earlier run")
	if content(t, filepath.Join(dir, "mine")) != "mine" || len(names(t, dir)) != 4 {
		t.Errorf("a link is followed, or something is left: %v", names(t, dir))
	}
	empty := t.TempDir()
	if err := window.Write(t.Context(), empty, files, false); err != nil || len(names(t, empty)) != len(files) {
		t.Errorf("an empty folder: %v", err)
	}

	done, stop := context.WithCancel(t.Context())
	stop()
	above := t.TempDir()
	if err := window.Write(done, filepath.Join(above, "new"), files, false); !errors.Is(err, context.Canceled) || len(names(t, above)) > 0 {
		t.Errorf("interrupted: %v, and there is %v", err, names(t, above))
	}
	fails(t, window.Write(t.Context(), filepath.Join(above, "no", "folder"), files, false), "no such file or directory")
	write(t, filepath.Join(above, "file"), "x")
	fails(t, window.Write(t.Context(), filepath.Join(above, "file"), files, true), "not a directory")
}

func fails(t *testing.T, err error, said string) {
	t.Helper()
	if e, ok := errors.AsType[*outfile.Error](err); !ok || !strings.Contains(e.Error(), said) || e.Hint == "" {
		t.Errorf("error is %v, want %s", err, said)
	}
}
