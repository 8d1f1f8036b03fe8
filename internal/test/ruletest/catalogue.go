package ruletest

import (
	"io/fs"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// ReadCatalogue returns the entries of catalogue.yaml. It fails the test if one is incomplete, an id is not unique or
// a release is unknown.
func ReadCatalogue(t Reporter, root fs.FS) []catalogue.Entry {
	t.Helper()
	data, err := fs.ReadFile(root, "catalogue.yaml")
	if err != nil {
		t.Errorf("%v", err)
		return nil
	}
	known, err := catalogue.Parse(data)
	if err != nil {
		t.Errorf("%v", err)
		return nil
	}
	return known.Changes
}

// CheckCatalogue checks that the catalogue names the rule exactly where the rule names an entry, and that each row
// has the releases of its entry, so that text and check agree.
func CheckCatalogue(t Reporter, r *rule.Rule, entries []catalogue.Entry) {
	t.Helper()
	byID, names := map[string]catalogue.Entry{}, []string{}
	for _, e := range entries {
		byID[e.ID] = e
		if slices.Contains(e.Handled.Rules, r.ID) {
			names = append(names, e.ID)
		}
	}
	slices.Sort(names)
	if covers := slices.Sorted(slices.Values(r.Entries())); !slices.Equal(covers, names) {
		t.Errorf("%s covers %v, and by catalogue.yaml %v", r.ID, covers, names)
	}
	for _, f := range r.Facts {
		c := f.About()
		e, known := byID[c.Entry]
		if !known {
			continue // already reported
		}
		if got, want := c.Change.String(), strings.Join(e.Versions, ", "); got != want {
			t.Errorf("%s: the row of %s says %q, catalogue.yaml %q", r.ID, c.Entry, got, want)
		}
		if got, want := c.Until.String(), strings.Join(e.Until, ", "); got != want {
			t.Errorf("%s: the row of %s says until %q, catalogue.yaml %q", r.ID, c.Entry, got, want)
		}
	}
}

// CheckHandled checks that the catalogue names only rules that exist.
func CheckHandled(t Reporter, rules []*rule.Rule, entries []catalogue.Entry) {
	t.Helper()
	for _, e := range entries {
		for _, id := range e.Handled.Rules {
			if !slices.ContainsFunc(rules, func(r *rule.Rule) bool { return r.ID == id }) {
				t.Errorf("catalogue.yaml: %s names rule %s, which does not exist", e.ID, id)
			}
		}
	}
}

// CheckRetired checks that the rule's id is not in retired.txt: an old waiver or ticket must not get a new meaning.
func CheckRetired(t Reporter, r *rule.Rule, root fs.FS) {
	t.Helper()
	data, err := fs.ReadFile(root, "retired.txt")
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	for line := range strings.Lines(string(data)) {
		if id, _, _ := strings.Cut(line, "#"); strings.TrimSpace(id) == r.ID {
			t.Errorf("%s is retired and cannot be used again", r.ID)
		}
	}
}
