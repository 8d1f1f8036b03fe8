package render_test

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

func TestHostileNamesDoNothing(t *testing.T) {
	t.Parallel()
	for _, all := range []bool{false, true} {
		for _, format := range render.Formats() {
			out := draw(t, format, reporttest.Hostile(reporttest.HostileNames()...), render.Options{Show: render.Show{All: all}})
			if !utf8.ValidString(out) {
				t.Errorf("%s is not UTF-8", format)
			}
			for _, r := range out {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Errorf("%s holds %U", format, r)
				}
			}
			if regexp.MustCompile(`(?m) $`).MatchString(out) {
				t.Errorf("%s has blanks at the end of a line", format)
			}
			for _, name := range reporttest.HostileNames() {
				if shown := render.Sanitize(name); format == "table" && all && !strings.Contains(out, shown) {
					t.Errorf("name %q was cut", name)
				}
			}
		}
	}
	golden(t, "hostile.txt", draw(t, "table", reporttest.Hostile(reporttest.HostileNames()...), render.Options{}))
	golden(t, "hostile-all.txt", draw(t, "table", reporttest.Hostile(reporttest.HostileNames()...), whole(0)))
}

// TestNamesOfAMegabyteAreCutInTablesOnly has names that nobody gives in every field: for people their beginnings, for
// programs all of them.
func TestNamesOfAMegabyteAreCutInTablesOnly(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	for what, name := range map[string]string{
		"letters": strings.Repeat("x", size), "two bytes": strings.Repeat("é", size/2), "four bytes": "a" + strings.Repeat("🚀", size/4),
		"control characters": strings.Repeat("\x1b", size), "broken": strings.Repeat("\xff", size), "blanks": strings.Repeat(" ", size), "no beginning": strings.Repeat("\x80", size),
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			r := reporttest.Hostile(name)
			const most = 64 << 10
			for _, all := range []bool{false, true} {
				if table := draw(t, "table", r, render.Options{Show: render.Show{All: all}}); len(table) > most || !utf8.ValidString(table) {
					t.Errorf("the table has %d bytes, valid UTF-8 is %t", len(table), utf8.ValidString(table))
				}
			}
			if what == "letters" && !strings.Contains(draw(t, "json", r, render.Options{}), name) {
				t.Error("the JSON report does not have it")
			}
		})
	}
	if got, want := render.Brief("a "+strings.Repeat("b", 1001)+" c"), "a "+strings.Repeat("b", 200)+"… (1,001 characters) c"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSanitizeMakesEveryTextOneHarmlessLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                   "",
		"plain":              "plain",
		"订单 🚀 é":             "订单 🚀 é",
		"a\nb\tc\rd":         `a\nb\tc\rd`,
		"\x1b[2J":            `\x1b[2J`,
		"\u009b2J":           `\u009b2J`,
		"x\u202ey\u2066":     `x\u202ey\u2066`,
		"bad\xff":            `bad\xff`,
		"replacement \ufffd": "replacement \ufffd",
		"cafe\u0301":         "cafe\u0301",
		"\u0301x":            `\u0301x`,
		"it's\x00":           `it's\x00`,
		"a\u00a0b":           `a\u00a0b`,
		"\U000e0041":         `\U000e0041`,
	} {
		if got := render.Sanitize(in); got != want {
			t.Errorf("Sanitize(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzSanitize(f *testing.F) {
	for _, name := range reporttest.HostileNames() {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := render.Sanitize(s)
		if render.Sanitize(got) != got {
			t.Errorf("Sanitize(%q) = %q is not its own result", s, got)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) {
				t.Errorf("Sanitize(%q) holds %U", s, r)
			}
		}
	})
}

// FuzzTable proves that no text makes the layout fail or lets a character through.
func FuzzTable(f *testing.F) {
	for _, name := range reporttest.HostileNames() {
		f.Add(name, "message "+name, uint8(60))
	}
	f.Add("x", "$\xff\xff\xff\xff8ïxb,\xa7\xa7\xa7\xa7\xa7\xa7\xa7\xa7\xc3 ", uint8(60)) // ends in a blank at the edge
	f.Fuzz(func(t *testing.T, name, message string, width uint8) {
		r := reporttest.Base()
		r.Findings = report.FindingsOf(
			reporttest.Finding("traffic-split-attached", "breaking", "before", name, "r1", name, name, message),
			reporttest.Finding("traffic-split-attached", "breaking", "before", "route", name, "r2", "default", "another message"),
		)
		out := draw(t, "table", reporttest.Settle(r), render.Options{Width: int(width)})
		for _, r := range out {
			if r != '\n' && !unicode.IsPrint(r) {
				t.Errorf("the table holds %U", r)
			}
		}
	})
}

// TestNoFormatCommandsTheBuildServerThatShowsIt tries the commands of GitHub, Azure DevOps and TeamCity in every format
// whose output ends up in a log, but for the one that is made of commands.
func TestNoFormatCommandsTheBuildServerThatShowsIt(t *testing.T) {
	t.Parallel()
	r := reporttest.Hostile(
		"##[error]x", "##vso[task.setvariable variable=x]y", "##teamcity[buildStatus text='x']", "###[group]x", "::error::x", "  ::stop-commands::x",
		"word ::add-mask::"+strings.Repeat("x", 30), "a\n::error::x",
	)
	for _, format := range render.Formats() {
		for _, o := range []render.Options{{}, whole(0), {Width: 60}} {
			for line := range strings.Lines(draw(t, format, r, o)) {
				if regexp.MustCompile(`##\w*\[`).MatchString(line) || format != "github" && strings.HasPrefix(strings.TrimSpace(line), "::") {
					t.Errorf("%s writes %s", format, line)
				}
			}
		}
	}
}
