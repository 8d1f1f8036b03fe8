package render_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/test/reporttest"
)

// runnerCommand is a workflow command as GitHub's runner reads it.
type runnerCommand struct {
	name       string
	properties map[string]string
	data       string
}

// runnerCommands are the commands that the runner obeys:
// https://github.com/actions/runner/blob/258d6c857db3519913f7deb6004b60172f8043ae/src/Runner.Worker/ActionCommandManager.cs
var runnerCommands = map[string]bool{
	"stop-commands": true, "set-env": true, "set-output": true, "save-state": true, "add-mask": true, "add-path": true, "add-matcher": true,
	"remove-matcher": true, "debug": true, "warning": true, "error": true, "notice": true, "group": true, "endgroup": true, "echo": true,
}

// obeyed reads a line of the log as the runner does, first in the new form and then in the old one (TryParseV2 and TryParse in
// https://github.com/actions/runner/blob/258d6c857db3519913f7deb6004b60172f8043ae/src/Runner.Common/ActionCommand.cs).
func obeyed(line string) (runnerCommand, bool) {
	if text := strings.TrimSpace(line); strings.HasPrefix(text, "::") {
		info, data, ends := strings.Cut(strings.TrimLeft(line, " \t")[2:], "::")
		name, rest, _ := strings.Cut(info, " ")
		if ends && runnerCommands[strings.ToLower(name)] {
			c := runnerCommand{name, map[string]string{}, strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace(data)}
			for pair := range strings.SplitSeq(strings.TrimSpace(rest), ",") {
				if key, value, has := strings.Cut(pair, "="); has && value != "" {
					c.properties[key] = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%").Replace(value)
				}
			}
			return c, true
		}
	}
	if _, rest, old := strings.Cut(line, "##["); old {
		info, data, ends := strings.Cut(rest, "]")
		name, _, _ := strings.Cut(info, " ")
		return runnerCommand{name: name, data: data}, ends && runnerCommands[strings.ToLower(name)]
	}
	return runnerCommand{}, false
}

// gitHubLog splits output into commands and plain lines.
func gitHubLog(out string) (commands []runnerCommand, plain []string) {
	for line := range strings.SplitSeq(strings.TrimSuffix(out, "\n"), "\n") {
		if c, ok := obeyed(line); ok {
			commands = append(commands, c)
		} else {
			plain = append(plain, line)
		}
	}
	return commands, plain
}

func TestGitHubLooksAsItsGolden(t *testing.T) {
	t.Parallel()
	for name, sample := range reporttest.Samples(12) {
		golden(t, name+".github", draw(t, "github", sample(), render.Options{}))
	}
	golden(t, "hostile.github", draw(t, "github", reporttest.Hostile(reporttest.HostileNames()...), render.Options{}))
}

// TestNoNameIsAWorkflowCommand compares the commands of a report full of attacks with those of one without.
func TestNoNameIsAWorkflowCommand(t *testing.T) {
	t.Parallel()
	attacks := append(
		reporttest.HostileNames(), "::stop-commands::x", " ::error::x", "x ##[error]y", "##[add-matcher]/x.json", "a\n::add-mask::b", "a\r::error::b", "%0A::error::x",
		"%3A%3Aerror%3A%3A", "a,line=1", "##[group", "#\u034f#[error]x", "]##[error]", "::error file=a::b", "##\n[error]x",
	)
	plainNames := make([]string, len(attacks))
	for i := range plainNames {
		plainNames[i] = fmt.Sprintf("name-%d", i)
	}
	inFiles := func(names []string) *report.Report {
		r := reporttest.Hostile(names...)
		reporttest.ChangeEach(r, func(f *report.Finding) {
			f.Location.File, f.Location.Line, f.Rule = f.Object.Name+".yaml", 1, "traffic-split-attached"
		})
		return reporttest.Settle(r)
	}
	for what, sample := range map[string]func([]string) *report.Report{
		"database": func(names []string) *report.Report { return reporttest.Hostile(names...) }, "files": inFiles,
	} {
		got, plain := gitHubLog(draw(t, "github", sample(attacks), render.Options{}))
		want, _ := gitHubLog(draw(t, "github", sample(plainNames), render.Options{}))
		if len(got) != len(want) {
			t.Fatalf("%s: %d commands, want %d", what, len(got), len(want))
		}
		for i := range want {
			if got[i].name != want[i].name || len(got[i].properties) != len(want[i].properties) || strings.Contains(got[i].data, "##[") {
				t.Errorf("%s: got %+v, want one like %+v", what, got[i], want[i])
			}
		}
		for _, line := range plain {
			if !strings.HasPrefix(line, "  ") || strings.Contains(line, "##[") {
				t.Errorf("%s: the log has the line %q", what, line)
			}
		}
	}
}

// crowd returns a report with many rules with objects in a database and many places in files, of all severities.
func crowd(rules, objects, places int) *report.Report {
	r := reporttest.Base()
	for i := range rules + 1 {
		id := fmt.Sprintf("rule-%02d", i)
		for j := range objects + places {
			f := reporttest.Finding(id, []string{"breaking", "warning", "notice"}[j%3], "before", "route", fmt.Sprintf("r-%d", j), "", "default", "message")
			if f.Fingerprint += strconv.Itoa(j); i == rules {
				f.Location = report.Location{File: fmt.Sprintf("conf-%d.yaml", j), Line: 1 + j, Column: 3, EndLine: 1 + j, EndColumn: 9}
			} else if j >= objects {
				break
			}
			r.Findings = append(r.Findings, report.FindingsOf(f)...)
		}
		r.Rules = append(r.Rules, reporttest.Passed(id, "Title.", "breaking", "3.5.0", 1))
	}
	reason := "agreed"
	if len(r.Findings) > 0 {
		reporttest.Change(r, func(f *report.Finding) { f.Waived = &reason })
	}
	return reporttest.Settle(r)
}

var leadingNumber = regexp.MustCompile(`^(?:at least )?([\d,]+) (?:more )?(?:finding|object|route|service)`)

// TestAnnotationsKeepGitHubsLimitsAndLoseNothing adds up what the annotations say and what the log has.
func TestAnnotationsKeepGitHubsLimitsAndLoseNothing(t *testing.T) {
	t.Parallel()
	for _, r := range []*report.Report{
		crowd(0, 0, 0), crowd(3, 4, 2), crowd(8, 3, 0), crowd(9, 3, 0), crowd(10, 3, 0), crowd(30, 7, 0), crowd(0, 0, 27), crowd(0, 0, 30), crowd(0, 0, 33), crowd(4, 9, 90),
		crowd(50, 40, 300), reporttest.Blocked(), reporttest.Incomplete(), reporttest.Files(), reporttest.ReadyGiven(), reporttest.Many(3000),
	} {
		commands, plain := gitHubLog(draw(t, "github", r, render.Options{Beside: []string{"report.json"}}))
		kinds, told, own := map[string]int{}, 0, 0
		for i, c := range commands {
			if c.name == "group" || c.name == "endgroup" {
				continue
			}
			kinds[c.name]++
			if n := len(utf16.Encode([]rune(c.data))); n > 4096 {
				t.Errorf("an annotation has %d characters", n)
			}
			switch m := leadingNumber.FindStringSubmatch(c.data); {
			case i == 0 || c.properties["title"] == "not examined":
			case c.properties["file"] != "":
				told++
				own++
			case m != nil:
				n, _ := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
				told += n
				if strings.Contains(c.data, "more finding") && !strings.Contains(c.data, "report.json") {
					t.Errorf("it does not say where the rest is: %q", c.data)
				}
			default:
				t.Errorf("no number in %+v", c)
			}
		}
		for kind, n := range kinds {
			if n > 10 {
				t.Errorf("%d annotations of kind %s", n, kind)
			}
		}
		lines := 0
		for _, line := range plain {
			if regexp.MustCompile(`^  (breaking|warning|notice): `).MatchString(line) {
				lines++
			}
		}
		if want := len(r.Findings) - r.Summary.Waived; told != want || lines+own != len(r.Findings) {
			t.Errorf("the annotations tell of %d findings, want %d; %d are in the log or have their own annotation, want %d", told, want, lines+own, len(r.Findings))
		}
	}
}

func TestTheFirstAnnotationIsTheVerdict(t *testing.T) {
	t.Parallel()
	never := reporttest.Blocked()
	never.FailOn, never.Unexamined, never.Rules[3].Reasons = report.FailNever, nil, nil
	never.Seal()
	for want, r := range map[string]*report.Report{
		"error blocked, 5 breaking, 2 warnings, 1 not examined, 1 rule left out, 1 finding waived": reporttest.Blocked(),
		"error incomplete, 2 not examined, 1 rule left out, 1 doubt accepted":                      reporttest.Incomplete(),
		"notice ready, nothing found, 2 to check by hand, 1 rule left out":                         reporttest.Ready(),
		"notice ready (--fail-on never), 5 breaking, 2 warnings, 1 rule left out":                  never,
	} {
		commands, _ := gitHubLog(draw(t, "github", r, render.Options{}))
		first := commands[0]
		kind, text, _ := strings.Cut(want, " ")
		for part := range strings.SplitSeq(text, ", ") {
			if first.name != kind || !strings.Contains(first.data, part) {
				t.Errorf("want %s with %q, got %+v", kind, part, first)
			}
		}
	}
	for want, r := range map[string]*report.Report{"warning": reporttest.Blocked(), "error": reporttest.Incomplete()} {
		commands, _ := gitHubLog(draw(t, "github", r, render.Options{}))
		if second := commands[1]; second.name != want || second.properties["title"] != "not examined" || !strings.Contains(second.data, "api7-preflight grants") {
			t.Errorf("want what was not examined as %s, and what closes the gap, got %+v", want, second)
		}
	}
}

// TestPlacesAreThoseThatTheRunnerTakes has places that it would take apart: ValidateLinesAndColumns in
// https://github.com/actions/runner/blob/258d6c857db3519913f7deb6004b60172f8043ae/src/Runner.Worker/ActionCommandManager.cs.
func TestPlacesAreThoseThatTheRunnerTakes(t *testing.T) {
	t.Parallel()
	for want, at := range map[string]report.Location{
		"file=a.yaml,line=3,endLine=3,col=5,endColumn=9,": {File: "a.yaml", Line: 3, Column: 5, EndLine: 3, EndColumn: 9},
		"file=a.yaml,line=3,endLine=4,title":              {File: "a.yaml", Line: 3, Column: 5, EndLine: 4, EndColumn: 2},
		"file=a.yaml,line=3,col=5,title":                  {File: "a.yaml", Line: 3, Column: 5},
		"file=a.yaml,title":                               {File: "a.yaml", Column: 5},
		"file=C%3A\\a%2C 50%25.yaml,line=3,title":         {File: `C:\a, 50%.yaml`, Line: 3},
	} {
		r := reporttest.Files()
		reporttest.Change(r, func(f *report.Finding) { f.Location = at })
		if out := draw(t, "github", r, render.Options{}); !strings.Contains(out, "::error "+want) {
			t.Errorf("want %s in\n%s", want, out)
		}
	}
}
