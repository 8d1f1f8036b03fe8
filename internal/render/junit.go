package render

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// What consumers take. GitLab refuses a file of 30 MB (https://docs.gitlab.com/ci/testing/unit_test_reports/#file-requirements)
// and a text of 10 MB (https://gitlab.com/gitlab-org/gitlab/-/issues/268035); the texts of some hundred cases stay far below.
// Jenkins cuts the middle out of what a passed case prints beyond 1,000 characters, of a failed one beyond 100,000
// (HALF_MAX_SIZE in https://github.com/jenkinsci/junit-plugin/blob/master/src/main/java/hudson/tasks/junit/CaseResult.java),
// so a case cuts itself, and says where the rest is.
const (
	junitText   = 48_000 // bytes of the objects in a failure, an error or what is skipped
	junitPassed = 600    // of those in a passed case, with whose other lines they stay below 1,000
)

// examinedCase is the case that is an error if something was not examined.
const examinedCase = "everything was examined"

// The elements of a JUnit report, as https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
// describes them.
type (
	junitCounts struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Time     string `xml:"time,attr"`
	}
	junitProperty struct {
		XMLName xml.Name `xml:"property"`
		Name    string   `xml:"name,attr"`
		Value   string   `xml:"value,attr"`
	}
	junitCase struct {
		XMLName xml.Name  `xml:"testcase"`
		Class   string    `xml:"classname,attr"`
		Name    string    `xml:"name,attr"`
		Time    string    `xml:"time,attr"`
		Failure *junitWhy `xml:"failure"`
		Error   *junitWhy `xml:"error"`
		Skipped *junitWhy `xml:"skipped"`
		Out     string    `xml:"system-out,omitempty"`
	}
	// junitWhy says why a case did not pass. Jenkins shows the message of what is skipped, GitLab only the text of everything.
	junitWhy struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// asJUnit writes a suite with a case for each rule, and one for whether everything was examined. A case fails only if one of its
// findings blocks the upgrade, and is an error only if something was not examined, so that a suite is as red as the exit code
// says: failures if and only if the verdict is blocked, else errors if and only if it is incomplete. Of the objects of a rule
// a case names as many as consumers show.
func asJUnit(out *bufio.Writer, r *report.Report, o Options) error {
	cases := junitCases(r, o)
	var n junitCounts
	for _, c := range cases {
		n.Tests++
		switch {
		case c.Failure != nil:
			n.Failures++
		case c.Error != nil:
			n.Errors++
		case c.Skipped != nil:
			n.Skipped++
		}
	}
	counts := fmt.Sprintf(`tests="%d" failures="%d" errors="%d" skipped="%d" time="%d.%03d"`, n.Tests, n.Failures, n.Errors, n.Skipped, r.Run.DurationMS/1000, r.Run.DurationMS%1000)
	_, _ = out.WriteString(xml.Header + "<testsuites name=\"" + report.Program + "\" " + counts + ">\n  <testsuite name=\"" + report.Program + "\" " + counts +
		" timestamp=\"" + r.Run.StartedAt.UTC().Format("2006-01-02T15:04:05") + "\">\n    <properties>\n")
	for _, p := range junitProperties(r) {
		if err := element(out, p, "      "); err != nil {
			return err
		}
	}
	_, _ = out.WriteString("    </properties>\n")
	for _, c := range cases {
		if err := element(out, c, "    "); err != nil {
			return err
		}
	}
	_, _ = out.WriteString("  </testsuite>\n</testsuites>\n")
	return nil
}

// isJUnit recognises the root element.
func isJUnit(content []byte) bool {
	return bytes.HasPrefix(content, []byte("<?xml")) && bytes.Contains(content, []byte(`<testsuites name="`+report.Program+`"`))
}

// element writes an element on lines of its own.
func element(out *bufio.Writer, v any, indent string) error {
	text, err := xml.MarshalIndent(v, indent, "  ")
	if err != nil {
		return fmt.Errorf("encoding: %w", err)
	}
	text = bytes.ReplaceAll(text, []byte("&#xA;"), []byte("\n")) // attributes have one line
	if _, err := out.Write(append(text, '\n')); err != nil {     // nobody reads the rest
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// junitProperties returns the verdict and the counts, by the names of the JSON report.
func junitProperties(r *report.Report) []junitProperty {
	s := r.Summary
	list := []junitProperty{}
	for _, p := range []struct {
		name string
		n    int
	}{
		{"exit_code", r.ExitCode},
		{"breaking", s.Breaking},
		{"warning", s.Warning},
		{"notice", s.Notice},
		{"blocking", s.Blocking},
		{"waived", s.Waived},
		{"known", s.Known},
		{"unknown", s.Unknown},
		{"manual", s.Manual},
		{"done", s.Done},
		{"unexamined", s.Unexamined},
	} {
		list = append(list, junitProperty{Name: p.name, Value: strconv.Itoa(p.n)})
	}
	for _, p := range [][2]string{
		{"verdict", string(r.Verdict)},
		{"says", Line(r)},
		{"from", r.Path.From},
		{"to", r.Path.To},
		{"scope", string(r.Scope)},
		{"fail_on", r.FailOn},
		{"version", r.Tool.Version},
		{"advice", r.Target.Advice},
	} {
		list = append(list, junitProperty{Name: p[0], Value: Brief(p[1])})
	}
	if asked := Asked(&r.Path); asked != "" {
		list = append(list, junitProperty{Name: "asked", Value: Brief(asked)})
	}
	return list
}

// junitCases returns a case for what was examined and one for each rule.
func junitCases(r *report.Report, o Options) []*junitCase {
	dossiers := collect(r)
	cases := []*junitCase{junitExamined(r, o)}
	for i := range r.Rules {
		rule := &r.Rules[i]
		cases = append(cases, junitRule(r, rule, dossiers.of(rule.Rule), o))
		delete(dossiers.rules, rule.Rule)
	}
	for _, id := range dossiers.order { // rules that the report does not list
		if d := dossiers.rules[id]; d != nil {
			cases = append(cases, junitRule(r, &report.Rule{Rule: id, Title: d.title, Status: report.Failed, Severity: d.severity}, d, o))
		}
	}
	return cases
}

func newCase(name string) *junitCase {
	return &junitCase{Class: report.Program, Name: Brief(name), Time: "0"}
}

// whyNot says why a case did not pass, in one line and then in full.
func whyNot(kind, message, text string) *junitWhy {
	return &junitWhy{Message: message, Type: kind, Text: strings.TrimSpace(message + "\n" + text)}
}

// junitExamined is an error if something was not examined, by whatever the verdict is.
func junitExamined(r *report.Report, o Options) *junitCase {
	c := newCase(examinedCase)
	gaps := notLooked(r)
	if len(gaps) == 0 {
		return c
	}
	var text excerpt
	for _, m := range gaps {
		text.add("- " + strings.TrimPrefix(m.told(), toldFirst))
	}
	message := count(max(open(r), 1), "thing was not examined", "things were not examined")
	c.Error = whyNot(notExamined, message, text.written(junitText, "causes", o))
	return c
}

// junitRule says what became of a rule.
func junitRule(r *report.Report, rule *report.Rule, d *dossier, o Options) *junitCase {
	c := newCase(rule.Rule)
	title := Brief(cmp.Or(rule.Title, rule.Rule))
	reasons := Brief(strings.Join(rule.Reasons, "; "))
	switch milder := d.milder.n + d.known.n; {
	case d.blocking.n > 0:
		c.Failure = whyNot("blocked", count(d.blocking.n, "finding blocks", "findings block")+" the upgrade. "+title, d.failure(rule, reasons, o))
	case rule.Doubtful():
		c.Error = whyNot(notExamined, "Not examined in full. "+title, strings.TrimSpace(cmp.Or(reasons, "No reason was given.")+"\n"+d.others(r, junitText, o)))
	case milder > 0:
		c.Out = title + "\n" + d.others(r, junitPassed, o)
	case d.waived.n > 0:
		c.Skipped = whyNot("", count(d.waived.n, "finding is waived", "findings are waived")+". "+title, d.waived.written(junitText, "findings", o))
	default:
		c.settle(r, rule, reasons)
	}
	return c
}

// settle says what became of a rule without findings. What nobody judged is skipped, with the reason.
func (c *junitCase) settle(r *report.Report, rule *report.Rule, reasons string) {
	title := Brief(cmp.Or(rule.Title, rule.Rule))
	skip := func(why string) { c.Skipped = whyNot("", why, title) }
	switch rule.Status {
	case report.Manual:
		c.Skipped = whyNot("", "To be checked by hand. "+title, byHandText(r, rule.Rule))
	case report.NotApplicable:
		skip("Does not apply: " + cmp.Or(reasons, "no reason was given"))
	case report.NotAssessed:
		skip("Not assessed, outside --scope given: " + cmp.Or(reasons, "no reason was given"))
	case report.Disabled:
		skip("Left out: " + cmp.Or(reasons, "no reason was given"))
	case report.Unknown:
		skip("A doubt was accepted: " + cmp.Or(reasons, "no reason was given"))
	case report.Passed, report.Failed:
		if len(rule.Beyond) > 0 {
			c.Out = "Judged only in part: no given source holds " + Brief(strings.Join(rule.Beyond, ", ")) + "."
		}
	}
}

// byHandText lists the checks by hand of a rule, and their steps.
func byHandText(r *report.Report, rule string) string {
	var lines []string
	for i := range r.ManualChecks {
		m := &r.ManualChecks[i]
		if m.Rule != rule {
			continue
		}
		lines = append(lines, "- "+box(m)+" "+Brief(m.Title+done(m)))
		for _, step := range m.Remediation {
			lines = append(lines, "  "+Brief(step.When+": "+step.Text))
		}
	}
	return strings.Join(lines, "\n")
}
