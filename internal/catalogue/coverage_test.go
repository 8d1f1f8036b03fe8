package catalogue_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func path(from, to string) version.Path {
	return version.Path{From: version.MustParse(from), To: version.MustParse(to)}
}

// entry returns a change of these releases; until, if not empty, are the releases that end it.
func entry(id, since, until string) catalogue.Entry {
	e := catalogue.Entry{ID: id, Versions: strings.Fields(since), Until: strings.Fields(until)}
	e.Handled.Rules = []string{"automatic"}
	return e
}

// where returns the changes in each line, in order: "3.8: a b".
func where(lines []catalogue.Line) []string {
	out := []string{}
	for _, l := range lines {
		words := []string{l.Name + ":"}
		for _, c := range l.Changes {
			words = append(words, c.Entry.ID)
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

func never(string) bool { return false }

func TestChangesStandInTheLineThatMeetsThemFirst(t *testing.T) {
	t.Parallel()
	entries := []catalogue.Entry{
		entry("always", "", ""),
		entry("plain", "3.6.0", ""),
		entry("parallel", "3.7.4 3.8.1", ""),
		entry("fixed", "3.8.22 3.9.2", ""),
		entry("window", "3.8.5", "3.8.22 3.9.2"),
		entry("short", "3.9.13", "3.9.14"),
		entry("late", "3.10.0", ""),
	}
	tests := map[string]struct {
		from, to string
		want     []string
	}{
		"one step in a line":              {"3.6.0", "3.6.1", []string{"3.6:", "every upgrade: always"}},
		"into a line":                     {"3.5.5", "3.6.0", []string{"3.6: plain", "every upgrade: always"}},
		"source already has it":           {"3.6.0", "3.7.3", []string{"3.7:", "every upgrade: always"}},
		"to the older of two":             {"3.7.3", "3.7.4", []string{"3.7: parallel", "every upgrade: always"}},
		"met on the way, gone at the end": {"3.7.3", "3.8.0", []string{"3.7: parallel", "3.8:", "every upgrade: always"}},
		"had it, and the target lacks it": {"3.7.4", "3.8.0", []string{"3.8:", "every upgrade: always"}},
		"a window that ends on the way":   {"3.8.4", "3.8.22", []string{"3.8: fixed window", "every upgrade: always"}},
		"a window that is left":           {"3.8.5", "3.8.22", []string{"3.8: fixed", "every upgrade: always"}},
		"back into a window":              {"3.8.22", "3.9.1", []string{"3.9: window", "every upgrade: always"}},
		"over a window on another line":   {"3.8.22", "3.9.2", []string{"3.9: window", "every upgrade: always"}},
		"a single release is met":         {"3.9.12", "3.9.14", []string{"3.9: short", "every upgrade: always"}},
		"a single release is left":        {"3.9.13", "3.10.0", []string{"3.10: late", "every upgrade: always"}},
		"everything":                      {"3.5.5", "3.10.0", []string{"3.6: plain", "3.7: parallel", "3.8: fixed window", "3.9: short", "3.10: late", "every upgrade: always"}},
		"from the source's own line":      {"3.8.21", "3.9.3", []string{"3.8: fixed", "3.9:", "every upgrade: always"}},
		"to a patch of a release":         {"3.9.9", "3.9.10-patch.1", []string{"3.9:", "every upgrade: always"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, where(catalogue.Cover(entries, path(tt.from, tt.to), never))); diff != "" {
				t.Errorf("%s to %s (-want +got):\n%s", tt.from, tt.to, diff)
			}
		})
	}
}

func TestChangeIsAutomaticIfOneOfItsRulesIs(t *testing.T) {
	t.Parallel()
	handled := func(id, not string, rules ...string) catalogue.Entry {
		return catalogue.Entry{ID: id, Handled: catalogue.Handled{Rules: rules, Not: not}}
	}
	lines := catalogue.Cover([]catalogue.Entry{
		handled("a", "", "reads"), handled("b", "", "asks"), handled("c", "", "asks", "reads"), handled("d", "no need"), handled("e", "", "asks", "asks-too"),
	}, path("3.6.0", "3.6.1"), func(id string) bool { return strings.HasPrefix(id, "asks") })
	last := lines[len(lines)-1]
	got := map[string]catalogue.How{}
	for _, c := range last.Changes {
		got[c.Entry.ID] = c.How
	}
	want := map[string]catalogue.How{
		"a": catalogue.Automatic, "b": catalogue.ByHand, "c": catalogue.Automatic, "d": catalogue.NotCovered, "e": catalogue.ByHand,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("coverage (-want +got):\n%s", diff)
	}
	for how, n := range map[catalogue.How]int{catalogue.Automatic: 2, catalogue.ByHand: 2, catalogue.NotCovered: 1} {
		if got := last.Count(how); got != n {
			t.Errorf("%d are %s, want %d", got, how, n)
		}
	}
}

func TestReleasesWithoutNotesAreNamedAsSilent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		from, to string
		want     []string // line, newest release with notes, silent ones
	}{
		"all have notes":            {"3.4.1", "3.5.5", []string{"3.5 3.5.5 -"}},
		"the end has none":          {"3.8.20", "3.8.23", []string{"3.8 3.8.22 3.8.23"}},
		"only those that are met":   {"3.8.22", "3.9.6", []string{"3.9 3.9.3 3.9.4 to 3.9.6"}},
		"beyond the last notes":     {"3.9.4", "3.9.6", []string{"3.9 - 3.9.5 to 3.9.6"}},
		"a line without any notes":  {"3.9.18", "3.10.5", []string{"3.10 - 3.10.0 to 3.10.5"}},
		"the notes before count":    {"3.9.2", "3.9.3", []string{"3.9 3.9.3 -"}},
		"a gap between notes is no": {"3.2.8.1", "3.2.9.5", []string{"3.2 3.2.9.5 -"}},
		"several lines":             {"3.8.22", "3.10.0", []string{"3.9 3.9.3 3.9.4 to 3.9.18", "3.10 - 3.10.0"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := []string{}
			for _, l := range catalogue.Cover(nil, path(tt.from, tt.to), never) {
				if l.Name == "every upgrade" {
					continue
				}
				notes, silent := "-", "-"
				if !l.Notes.Version.IsZero() {
					notes = l.Notes.Version.String()
				}
				if span := catalogue.Span(l.Silent); span != "" {
					silent = span
				}
				got = append(got, l.Name+" "+notes+" "+silent)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s to %s (-want +got):\n%s", tt.from, tt.to, diff)
			}
		})
	}
}
