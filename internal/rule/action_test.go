package rule_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func TestActionsThatNobodyCouldFollowAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ action, want string }{
		"sound":                  {"delete now, put back after", ""},
		"a verb with a colon":    {"save it: the only copy goes", ""},
		"a verb and a comma":     {"move, or delete it", ""},
		"as long as may be":      {"set " + strings.Repeat("ü", 40), ""},
		"none":                   {"", `Action: "", want one of these verbs first: add, ask`},
		"longer":                 {"set " + strings.Repeat("x", 41), "Action: "},
		"a full stop":            {"delete it.", `Action: "delete it.", want no full stop`},
		"two lines":              {"delete it\nnow", `Action: "delete it\nnow", want one line`},
		"a capital":              {"Delete it", `Action: "Delete it", want one of these verbs first`},
		"another verb":           {"do something", `Action: "do something", want one of these verbs first`},
		"a verb that goes on":    {"setting it", `Action: "setting it", want one of these verbs first`},
		"what is wrong, no verb": {"the key is gone", "Action: "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := sound(attachedRow())
			r.Action = tt.action
			refused(t, r, tt.want)
		})
	}
}

// TestARuleThatOnlyRemindsHasNoAction: its title says what to do, and no finding shows an action.
func TestARuleThatOnlyRemindsHasNoAction(t *testing.T) {
	t.Parallel()
	r := remindingOnly(reminderRow())
	refused(t, r, "")
	r.Action = "set it"
	refused(t, r, `Action: "set it", and the rule reports nothing`)
	r.Facts = append(r.Facts, attachedRow())
	refused(t, r, "")
}

func TestWhatIsFixedElsewhereIsToldWithTheFirstReleaseOfEachLine(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		until        version.Change
		target       string
		action, step string
	}{
		"one line":                      {version.Since("3.8.6"), "3.8.2", "weigh it: fixed in 3.8.6", "it is fixed in 3.8.6."},
		"a later line begins with it":   {version.Since("3.7.8", "3.8.5"), "3.7.3", "weigh it: fixed in 3.7.8 and 3.8.5", "it is fixed in 3.7.8 and 3.8.5, the first release with the fix in each line."},
		"the later line itself":         {version.Since("3.7.8", "3.8.5"), "3.8.0", "weigh it: fixed in 3.8.5", "it is fixed in 3.8.5."},
		"three lines":                   {version.Since("3.5.5", "3.6.1", "3.7.1"), "3.5.2", "weigh it: fixed in 3.5.5, 3.6.1 and 3.7.1", "it is fixed in 3.5.5, 3.6.1 and 3.7.1, the first release with the fix in each line."},
		"in any order":                  {version.Since("3.9.2", "3.8.22"), "3.8.7", "weigh it: fixed in 3.8.22 and 3.9.2", "it is fixed in 3.8.22 and 3.9.2, the first release with the fix in each line."},
		"a line of two digits is later": {version.Since("3.9.16", "3.10.2"), "3.9.0", "weigh it: fixed in 3.9.16 and 3.10.2", "it is fixed in 3.9.16 and 3.10.2, the first release with the fix in each line."},
		"no release ends it":            {version.Change{}, "3.8.0", "", "No known release from 3.8.0 on fixes this."},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := rule.Case{Until: tt.until}
			if got := c.Weigh(version.MustParse(tt.target)); got != tt.action {
				t.Errorf("action %q, want %q", got, tt.action)
			}
			if got := c.FixedFor(version.MustParse(tt.target)); !strings.HasSuffix(got, tt.step) {
				t.Errorf("step %q, want %q", got, tt.step)
			}
		})
	}
}

// TestEveryActionOfAFixNamesOnlyReleasesWithTheFix: each is the first of its line with it, and its neighbour below has the
// defect.
func TestEveryActionOfAFixNamesOnlyReleasesWithTheFix(t *testing.T) {
	t.Parallel()
	release := regexp.MustCompile(`[0-9.]*[0-9]`)
	for _, until := range []version.Change{
		version.Since("3.8.6"), version.Since("3.7.8", "3.8.5"), version.Since("3.5.5", "3.6.1", "3.7.1"), version.Since("3.8.22", "3.9.2"),
		version.Since("3.3.4", "3.4.2", "3.5.2"), version.Since("3.2.16.7"), version.Since("3.9.16", "3.10.2"),
	} {
		for _, target := range version.Releases() {
			if until.In(target.Version) {
				continue
			}
			action := rule.Case{Until: until}.Weigh(target.Version)
			named := release.FindAllString(action, -1)
			if len(named) == 0 || len(rule.ActionFlaws(action)) > 0 {
				t.Errorf("ends with %s, target %s: %q: %v", until, target.Version, action, rule.ActionFlaws(action))
			}
			for _, text := range named {
				v := version.MustParse(text)
				if !until.In(v) || v.Line().Compare(target.Version.Line()) < 0 {
					t.Errorf("ends with %s, target %s: %q names %s", until, target.Version, action, v)
				}
			}
		}
	}
}
