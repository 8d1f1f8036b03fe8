package rule_test

import (
	"regexp"
	"slices"
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

func TestChooseNamesTheReleasesWithoutTheChange(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		until  version.Change
		target string
		want   string
	}{
		"one line":                      {version.Since("3.8.6"), "3.8.2", "choose 3.8.6 or later"},
		"an older line":                 {version.Since("3.8.6"), "3.5.0", "choose 3.8.6 or later"},
		"a later line begins with it":   {version.Since("3.7.8", "3.8.5"), "3.7.3", "choose 3.7.8+ of 3.7, or 3.8.5+"},
		"the same from before both":     {version.Since("3.7.8", "3.8.5"), "3.6.1", "choose 3.7.8+ of 3.7, or 3.8.5+"},
		"the later line itself":         {version.Since("3.7.8", "3.8.5"), "3.8.0", "choose 3.8.5 or later"},
		"three lines, told in two":      {version.Since("3.5.5", "3.6.1", "3.7.1"), "3.5.2", "choose 3.5.5+ of 3.5, or 3.7.1+"},
		"in any order":                  {version.Since("3.9.2", "3.8.22"), "3.8.7", "choose 3.8.22+ of 3.8, or 3.9.2+"},
		"a line of two digits is later": {version.Since("3.9.16", "3.10.2"), "3.9.0", "choose 3.9.16+ of 3.9, or 3.10.2+"},
		"no release ends it":            {version.Change{}, "3.8.0", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := rule.Case{Until: tt.until}
			if got := c.Choose(version.MustParse(tt.target)); got != tt.want {
				t.Errorf("action %q, want %q", got, tt.want)
			}
		})
	}
}

// TestWhatChooseSaysIsTrueOfEveryRelease reads the action as a person would, and looks at every known release.
func TestWhatChooseSaysIsTrueOfEveryRelease(t *testing.T) {
	t.Parallel()
	for _, until := range []version.Change{
		version.Since("3.8.6"), version.Since("3.7.8", "3.8.5"), version.Since("3.5.5", "3.6.1", "3.7.1"), version.Since("3.8.22", "3.9.2"),
		version.Since("3.3.4", "3.4.2", "3.5.2"), version.Since("3.2.16.7"), version.Since("3.9.16", "3.10.2"),
	} {
		for _, target := range version.Releases() {
			if until.In(target.Version) {
				continue
			}
			action := rule.Case{Until: until}.Choose(target.Version)
			for _, r := range version.Releases() {
				if !target.Version.Less(r.Version) && advises(t, action, r.Version) || advises(t, action, r.Version) && !until.In(r.Version) {
					t.Errorf("ends with %s, target %s: %q sends to %s", until, target.Version, action, r.Version)
				}
			}
			if !slices.ContainsFunc(version.Releases(), func(r version.Release) bool { return advises(t, action, r.Version) }) {
				t.Errorf("ends with %s, target %s: %q sends nowhere", until, target.Version, action)
			}
			if flaws := rule.ActionFlaws(action); len(flaws) > 0 {
				t.Error(flaws)
			}
		}
	}
}

var (
	fromOn = regexp.MustCompile(`^choose ([0-9.]+) or later$`)
	ofLine = regexp.MustCompile(`^choose ([0-9.]+)\+ of ([0-9.]+), or ([0-9.]+)\+$`)
)

// advises reports whether an action names release v.
func advises(t *testing.T, action string, v version.Version) bool {
	t.Helper()
	from := func(text string) bool { return !v.Less(version.MustParse(text)) }
	if m := fromOn.FindStringSubmatch(action); m != nil {
		return from(m[1])
	}
	m := ofLine.FindStringSubmatch(action)
	if m == nil {
		t.Fatalf("cannot read %q", action)
	}
	return v.Line().String() == m[2] && from(m[1]) || from(m[3])
}
