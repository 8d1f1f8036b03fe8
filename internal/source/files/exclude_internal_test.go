package files

import (
	"path/filepath"
	"slices"
	"testing"
)

func TestPatternsMatchPathsBelowAFolderAndAsTheyAreShown(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern   string
		yes, none []string // paths below the folder "repo"
	}{
		{"old", []string{"old", "a/b/old"}, []string{"older", "old.yaml"}},
		{"*.tf", []string{"a.tf", "b/c.tf"}, []string{"a.tf.json", "tf"}},
		{"ci/**", []string{"ci/a", "ci/a/b.yaml"}, []string{"ci", "b/ci/a"}},
		{"**/ci/*.yaml", []string{"ci/a.yaml", "b/c/ci/a.yaml"}, []string{"ci/b/a.yaml", "ci/a.yml"}},
		{"a/**/z", []string{"a/z", "a/b/c/z"}, []string{"a/bz", "z"}},
		{"a?.yaml", []string{"ab.yaml"}, []string{"a.yaml", "abc.yaml"}},
		{"[a-c]x", []string{"bx"}, []string{"dx", "x"}},
		{"[!a-c]x", []string{"dx"}, []string{"bx"}},
		{"./ci/", []string{"ci"}, []string{"b/ci"}},
		{"repo/a.yaml", []string{"a.yaml"}, []string{"b/a.yaml"}},
		{"a.b(c)+", []string{"a.b(c)+"}, []string{"axb(c)+"}},
	}
	for _, tt := range tests {
		if !Pattern(tt.pattern) {
			t.Errorf("%q is no pattern", tt.pattern)
			continue
		}
		w := walkerOf([]string{tt.pattern}, nil)
		for _, path := range tt.yes {
			if !w.excluded("repo", filepath.Join("repo", path)) {
				t.Errorf("%q does not match %s", tt.pattern, path)
			}
		}
		for _, path := range tt.none {
			if w.excluded("repo", filepath.Join("repo", path)) {
				t.Errorf("%q matches %s", tt.pattern, path)
			}
		}
	}
	for _, pattern := range []string{"", "a[", "a[]", "[z-a]"} {
		if Pattern(pattern) {
			t.Errorf("%q is a pattern", pattern)
		}
	}
}

func TestPatternsThatLeaveNothingOutAreTold(t *testing.T) {
	t.Parallel()
	full, err := filepath.Abs("repo")
	if err != nil {
		t.Fatal(err)
	}
	w := walkerOf([]string{full + "/ci/**", full + "/a.yaml", "values.yaml", "gone.yaml", "ci"}, nil)
	w.keep("repo/values.yaml")
	if !w.excluded("repo", "repo/ci/a.yaml") || !w.excluded("repo", "repo/a.yaml") || w.excluded("repo", "repo/b.yaml") || !w.excluded("repo", "repo/ci") {
		t.Error("a whole path does not match below a folder that is named by another one")
	}
	want := []string{`"values.yaml" matches only what --config names itself, which is read all the same`, `"gone.yaml" matches nothing in the folders of --config`}
	if got := w.idle(); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}
