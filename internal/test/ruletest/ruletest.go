package ruletest

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/dev/gen/registry"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Run checks every rule and every rule folder of root, which holds the folders that rules/all.go is made from.
func Run(t *testing.T, rules []*rule.Rule, root fs.FS) {
	t.Helper()
	folders, err := registry.Folders(root)
	if err != nil {
		t.Fatal(err)
	}
	entries := ReadCatalogue(t, root)
	if entries == nil {
		return // each rule would miss its own
	}
	CheckHandled(t, rules, entries)
	byFolder := map[string]*rule.Rule{}
	for _, r := range rules {
		byFolder[registry.Package(r.ID)] = r
	}
	for _, dir := range folders {
		r := byFolder[path.Base(dir)]
		if r == nil {
			t.Errorf("%s is not among the rules: run `%s`, and name the folder like the rule", dir, registry.Command)
			continue
		}
		delete(byFolder, path.Base(dir))
		t.Run(r.ID, func(t *testing.T) {
			t.Parallel()
			one(t, r, root, dir, entries)
		})
	}
	for _, name := range slices.Sorted(maps.Keys(byFolder)) {
		t.Errorf("no folder is called %s", name)
	}
}

func one(t *testing.T, r *rule.Rule, root fs.FS, dir string, entries []catalogue.Entry) {
	t.Helper()
	if unfilled := Unfilled(root, dir); len(unfilled) > 0 {
		t.Errorf("still to be filled:\n%s", strings.Join(unfilled, "\n"))
		return
	}
	CheckFacts(t, r, path.Base(dir))
	CheckDoc(t, r)
	CheckRetired(t, r, root)
	if len(r.Flaws()) > 0 {
		return
	}
	CheckCatalogue(t, r, entries)
	CheckBoundary(t, r)
	if len(r.Manual) > 0 {
		return
	}
	fixtures := Fixtures(t, root, dir)
	CheckFixtures(t, r, fixtures)
	CheckMutants(t.Context(), t, r, fixtures)
	for _, f := range fixtures {
		t.Run(path.Base(f.Name), func(t *testing.T) {
			t.Parallel()
			CheckWants(t.Context(), t, r, f)
			CheckOrder(t.Context(), t, r, f)
			CheckBlindfold(t.Context(), t, r, f)
			CheckJoins(t.Context(), t, r, f)
			CheckSecrets(t.Context(), t, r, f)
			CheckHidden(t.Context(), t, r, f)
			CheckHiddenAlike(t.Context(), t, r, f)
		})
	}
}

// Unfilled returns the lines in a rule folder that its author still has to fill in.
func Unfilled(root fs.FS, dir string) []string {
	var unfilled []string
	for _, pattern := range []string{"/*.go", "/doc.md", "/testdata/*"} {
		files, _ := fs.Glob(root, dir+pattern) // a pattern is bad only if dir is
		for _, file := range files {
			text, _ := fs.ReadFile(root, file) // what cannot be read is missed elsewhere
			for i, line := range strings.Split(string(text), "\n") {
				if strings.Contains(line, registry.Fill) {
					unfilled = append(unfilled, fmt.Sprintf("%s:%d: %s", file, i+1, strings.TrimSpace(line)))
				}
			}
		}
	}
	return unfilled
}

// Fixtures returns the fixtures in a rule folder.
func Fixtures(t *testing.T, root fs.FS, dir string) []*Fixture {
	t.Helper()
	files, err := fs.Glob(root, dir+"/testdata/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	fixtures := make([]*Fixture, 0, len(files))
	for _, file := range files {
		data, err := fs.ReadFile(root, file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := ParseFixture(file, data)
		if err != nil {
			t.Error(err)
			continue
		}
		fixtures = append(fixtures, f)
	}
	return fixtures
}

// CheckFixtures checks that at least one fixture hits and one is clean, and that the rule looks at something. A rule
// that listens to nothing must judge the path. Every kind that a rule listens to must occur in a fixture, unless the
// rule listens to all that can carry a plugin.
func CheckFixtures(t Reporter, r *rule.Rule, fixtures []*Fixture) {
	t.Helper()
	if !slices.ContainsFunc(fixtures, (*Fixture).Hits) {
		t.Errorf("no fixture hits")
	}
	if !slices.ContainsFunc(fixtures, (*Fixture).Clean) && !alwaysReminds(r) {
		t.Errorf("no fixture is clean")
	}
	for _, f := range fixtures {
		kinds := Kinds(r, f.Path)
		if len(kinds) == 0 && !judgesPath(r, f.Path) && f.Hits() {
			t.Errorf("%s: the rule listens to nothing and says nothing about the path", f.Name)
		}
	}
}

// judgesPath reports whether the rule reports something about the path itself, before any resource.
func judgesPath(r *rule.Rule, p version.Path) bool {
	spoke := false
	r.Begin(p, rule.Engine{
		Report:  func(f rule.Finding) { spoke = spoke || f.Subject.Ref.Kind == 0 },
		Remind:  func(rule.Check) { spoke = true },
		Unknown: func(d rule.Doubt) { spoke = spoke || d.Subject.Ref.Kind == 0 },
	})
	return spoke
}

// alwaysReminds reports whether the rule has only reminders of which one needs no sign on every path, so that no
// installation is clean.
func alwaysReminds(r *rule.Rule) bool {
	always := map[string]bool{} // the changes that are reminded of without a sign
	for _, f := range r.Facts {
		if row, ok := f.(rows.Reminder); ok && len(row.If) == 0 && row.Case.Until.IsZero() {
			always[row.Case.Change.String()] = true
		}
	}
	return r.Start == nil && !slices.ContainsFunc(r.Facts, func(f rule.Fact) bool {
		_, reminds := f.(rule.Reminding)
		row, signs := f.(rows.Reminder)
		return !reminds || signs && len(row.If) > 0 && !always[row.Case.Change.String()]
	})
}
