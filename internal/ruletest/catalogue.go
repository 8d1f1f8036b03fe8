package ruletest

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

// Entry is one vendor change of rules/catalogue.yaml.
type Entry struct {
	ID         string   `yaml:"id"`
	Versions   []string `yaml:"versions"` // first releases; empty: every upgrade
	Summary    string   `yaml:"summary"`
	Source     string   `yaml:"source"`
	Confidence string   `yaml:"confidence"` // of the change: confirmed or inferred
	Handled    Handled  `yaml:"handled"`
}

// Handled says how an entry is covered: by rules, or by none for a reason. Whether a rule is manual is its own affair.
type Handled struct {
	Rules []string `yaml:"rules"`
	Not   string   `yaml:"not"`
}

// CheckCatalogue demands that catalogue and rules name each other, that ids are unique and releases known.
func CheckCatalogue(t Reporter, rules []*rule.Rule, root fs.FS) {
	t.Helper()
	data, err := fs.ReadFile(root, "catalogue.yaml")
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	var entries []Entry
	if err := yamlfile.Decode("catalogue.yaml", data, &entries); err != nil {
		t.Errorf("%v", err)
		return
	}
	covers := map[string][]string{} // rule to entries, as the catalogue says
	seen := map[string]bool{}
	for _, e := range entries {
		if seen[e.ID] {
			t.Errorf("catalogue.yaml: %s is there twice", e.ID)
		}
		seen[e.ID] = true
		checkEntry(t, e)
		for _, id := range e.Handled.Rules {
			covers[id] = append(covers[id], e.ID)
		}
	}
	for _, r := range rules {
		want := slices.Sorted(slices.Values(r.Catalogue))
		got := slices.Sorted(slices.Values(covers[r.ID]))
		if !slices.Equal(want, got) {
			t.Errorf("%s covers %v, and by catalogue.yaml %v", r.ID, want, got)
		}
		delete(covers, r.ID)
	}
	for id, by := range covers {
		t.Errorf("catalogue.yaml: %v name rule %s, which does not exist", by, id)
	}
}

func checkEntry(t Reporter, e Entry) {
	t.Helper()
	if e.ID == "" || e.Summary == "" || (e.Confidence != "confirmed" && e.Confidence != "inferred") {
		t.Errorf("catalogue.yaml: %q lacks an id, a summary or a confidence", e.ID)
	}
	if !publicSource.MatchString(e.Source) {
		t.Errorf("catalogue.yaml: %s has no public source", e.ID)
	}
	if (len(e.Handled.Rules) == 0) == (e.Handled.Not == "") {
		t.Errorf("catalogue.yaml: %s: want rules that handle it, or why none does", e.ID)
	}
	for _, text := range e.Versions {
		v, err := version.Parse(text)
		if err != nil {
			t.Errorf("catalogue.yaml: %s: %v", e.ID, err)
			continue
		}
		if _, known := version.Known(v); !known {
			t.Errorf("catalogue.yaml: %s: release %s is not known", e.ID, text)
		}
	}
}

// CheckRetired demands that no rule has an id of retired.txt: an old waiver or ticket must not come to mean something
// new.
func CheckRetired(t Reporter, rules []*rule.Rule, root fs.FS) {
	t.Helper()
	data, err := fs.ReadFile(root, "retired.txt")
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	retired := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		id, _, _ := strings.Cut(line, "#")
		retired[strings.TrimSpace(id)] = true
	}
	for _, r := range rules {
		if retired[r.ID] {
			t.Errorf("%s is retired and cannot be used again", r.ID)
		}
	}
}
