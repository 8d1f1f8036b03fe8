package catalogue_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/catalogue"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

const head = "as_of: 2026-01-26\nchanges:\n"

const complete = `- id: R-3.8.22-1
  versions: [3.8.22, 3.9.2]
  until: [3.9.3]
  kind: defect
  summary: It breaks.
  affects: Everybody.
  sources: [https://example.org/notes, "owner/repo:docs/notes.mdx@994b224"]
  confidence: confirmed
  handled: {rules: [some-rule, another-rule]}
`

func TestEntryIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	known, err := catalogue.Parse([]byte(head + complete + "- {id: G1, kind: procedure, summary: s, affects: a, sources: [https://example.org/x], confidence: inferred, handled: {not: no need}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	entries := known.Changes
	if known.AsOf != "2026-01-26" {
		t.Errorf("as of %s", known.AsOf)
	}
	want := []catalogue.Entry{
		{
			ID: "R-3.8.22-1", Versions: []string{"3.8.22", "3.9.2"}, Until: []string{"3.9.3"}, Kind: "defect", Summary: "It breaks.",
			Affects: "Everybody.", Sources: []string{"https://example.org/notes", "owner/repo:docs/notes.mdx@994b224"},
			Confidence: catalogue.Confirmed, Handled: catalogue.Handled{Rules: []string{"some-rule", "another-rule"}},
		},
		{
			ID: "G1", Kind: "procedure", Summary: "s", Affects: "a", Sources: []string{"https://example.org/x"},
			Confidence: catalogue.Inferred, Handled: catalogue.Handled{Not: "no need"},
		},
	}
	if diff := cmp.Diff(want, entries); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
	if w, dated := entries[0].Window(); !dated || !w.Contains(version.MustParse("3.9.2")) || w.Contains(version.MustParse("3.9.3")) || w.Contains(version.MustParse("3.9.1")) {
		t.Errorf("window %v", w)
	}
	if _, dated := entries[1].Window(); dated {
		t.Error("an entry without releases has a window")
	}
}

func TestIncompleteEntriesAreRefusedByName(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ old, with, want string }{
		"complete":               {"", "", ""},
		"id":                     {"R-3.8.22-1", "R-3.8-1", `"R-3.8-1" is no id`},
		"id of another kind":     {"R-3.8.22-1", "CP-7", ""},
		"letters for the patch":  {"R-3.8.22-1", "R-3.8.x-k", ""},
		"no id":                  {"R-3.8.22-1", `""`, `"" is no id`},
		"twice":                  {"", complete, "R-3.8.22-1 is there twice"},
		"summary":                {"It breaks.", `""`, "does not say what changes"},
		"affects":                {"Everybody.", `""`, "who is affected"},
		"kind":                   {"kind: defect", "kind: bug", `unknown kind "bug"`},
		"confidence":             {"confirmed", "sure", `unknown confidence "sure"`},
		"no source":              {`[https://example.org/notes, "owner/repo:docs/notes.mdx@994b224"]`, "[]", "has no source"},
		"hearsay":                {"https://example.org/notes", "somebody said so", `"somebody said so", which is no public one`},
		"plain http":             {"https://example.org/notes", "http://example.org/notes", "which is no public one"},
		"file without a commit":  {"owner/repo:docs/notes.mdx@994b224", "owner/repo:docs/notes.mdx", "which is no public one"},
		"file at a branch":       {"owner/repo:docs/notes.mdx@994b224", "owner/repo:docs/notes.mdx@main", "which is no public one"},
		"not handled":            {"{rules: [some-rule, another-rule]}", "{}", "names no rule that handles it"},
		"handled and not":        {"{rules: [some-rule, another-rule]}", "{rules: [some-rule], not: no need}", "or both"},
		"release":                {"[3.8.22, 3.9.2]", "[3.8.99]", "release 3.8.99, which is not known"},
		"no release":             {"[3.8.22, 3.9.2]", "[latest]", "names no release"},
		"end":                    {"until: [3.9.3]", "until: [3.9.99]", "release 3.9.99, which is not known"},
		"misspelt field":         {"affects:", "effects:", "effects"},
		"no list":                {"- id: R-3.8.22-1", "id: R-3.8.22-1", "catalogue.yaml"},
		"broken":                 {"[3.8.22, 3.9.2]", "[3.8.22", "catalogue.yaml"},
		"releases without a set": {"[3.8.22, 3.9.2]", "{a: b}", "catalogue.yaml"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := complete + tt.with
			if tt.old != "" {
				if text = strings.Replace(complete, tt.old, tt.with, 1); text == complete {
					t.Fatal("the test changes nothing")
				}
			}
			_, err := catalogue.Parse([]byte(head + text))
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestACatalogueIsNoOlderThanWhatItNames(t *testing.T) {
	t.Parallel()
	for date, want := range map[string]string{
		"2026-01-26":    "", // the day of 3.9.3
		"2026-08-21":    "",
		"2026-01-25":    `"R-3.8.22-1" names release 3.9.3 of 2026-01-26, which is younger than the catalogue, as of 2026-01-25`,
		"2026-1-26":     `as_of is "2026-1-26", not a day`,
		"2026-02-30":    "not a day",
		"26 January":    "not a day",
		`""`:            `as_of is "", not a day`,
		"{of: nothing}": "catalogue.yaml",
	} {
		_, err := catalogue.Parse([]byte("as_of: " + date + "\nchanges:\n" + complete))
		if got := fmt.Sprint(err); want == "" && err != nil || !strings.Contains(got, want) {
			t.Errorf("%s: %v, want %q", date, err, want)
		}
	}
	if _, err := catalogue.Parse([]byte("changes:\n" + complete)); err == nil {
		t.Error("a catalogue without a date is taken")
	}
}

func TestEveryKindIsTaken(t *testing.T) {
	t.Parallel()
	for _, k := range catalogue.Kinds {
		if _, err := catalogue.Parse([]byte(head + strings.Replace(complete, "kind: defect", "kind: "+string(k), 1))); err != nil {
			t.Errorf("%s: %v", k, err)
		}
	}
}

func TestAnEntryIsFoundByEachOfItsNames(t *testing.T) {
	t.Parallel()
	e := catalogue.Entry{ID: "R-3.5.0-1", Also: []string{"G4"}}
	for name, want := range map[string]bool{"R-3.5.0-1": true, "r-3.5.0-1": true, "g4": true, "R-3.5.0-11": false, "": false} {
		if e.Named(name) != want {
			t.Errorf("%q: want %v", name, want)
		}
	}
}

func TestALineBringsWhatOneOfItsReleasesHasFirst(t *testing.T) {
	t.Parallel()
	e := catalogue.Entry{Versions: []string{"3.8.22", "3.9.2"}, Until: []string{"3.10.0"}}
	for _, l := range version.Lines() {
		want := l.String() == "3.8" || l.String() == "3.9"
		if e.In(l) != want {
			t.Errorf("%s: want %v", l, want)
		}
	}
	if every := (&catalogue.Entry{}); every.In(version.Lines()[0]) {
		t.Error("what concerns every upgrade is brought by a line")
	}
}

func TestASourceHasAnAddress(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"owner/re.po:docs/x.md@994b224":             "https://github.com/owner/re.po/blob/994b224/docs/x.md",
		"Notes: `owner/repo:docs/x.md@994b224`, 2.": "Notes: https://github.com/owner/repo/blob/994b224/docs/x.md, 2.",
		"https://example.org/a:b":                   "https://example.org/a:b",
		"`api7/kine`":                               "`api7/kine`",
	} {
		if got := catalogue.Address(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
