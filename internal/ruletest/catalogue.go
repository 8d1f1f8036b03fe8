package ruletest

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// CheckCatalogue demands that catalogue and rules name each other, that ids are unique and releases known.
func CheckCatalogue(t Reporter, rules []*rule.Rule, root fs.FS) {
	t.Helper()
	data, err := fs.ReadFile(root, "catalogue.yaml")
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	entries, err := catalogue.Parse(data)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	covers := map[string][]string{} // rule to entries, as the catalogue says
	for _, e := range entries {
		for _, id := range e.Handled.Rules {
			covers[id] = append(covers[id], e.ID)
		}
	}
	for _, r := range rules {
		want := slices.Sorted(slices.Values(r.Entries()))
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

// CheckVersions demands that the releases of a row are those of its entry, so that text and check agree.
func CheckVersions(t Reporter, rules []*rule.Rule, root fs.FS) {
	t.Helper()
	data, err := fs.ReadFile(root, "catalogue.yaml")
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	entries, err := catalogue.Parse(data)
	if err != nil {
		return // said already
	}
	byID := map[string]catalogue.Entry{}
	for _, e := range entries {
		byID[e.ID] = e
	}
	for _, r := range rules {
		for _, f := range r.Facts {
			c, e := f.About(), byID[f.About().Entry]
			if got, want := c.Change.String(), strings.Join(e.Versions, ", "); got != want {
				t.Errorf("%s: the row of %s says %q, catalogue.yaml %q", r.ID, c.Entry, got, want)
			}
			if got, want := c.Until.String(), strings.Join(e.Until, ", "); got != want {
				t.Errorf("%s: the row of %s says until %q, catalogue.yaml %q", r.ID, c.Entry, got, want)
			}
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
