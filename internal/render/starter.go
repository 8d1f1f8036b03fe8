package render

import (
	"bufio"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Starter writes a file of waivers to fill in: an entry for each rule with its findings, which are not waived yet, and, as
// comments, the checks by hand. keeps says which rules; nil: all. Reason, owner and until are empty, so that nothing is
// waived before somebody has decided.
func Starter(w io.Writer, r *report.Report, keeps func(rule string) bool) error {
	out := bufio.NewWriterSize(w, pieces)
	_, _ = fmt.Fprintf(out, `# Findings of the upgrade from %s to %s that are accepted for a time.
# Delete the lines of what is not accepted, and fill in the rest: reason, who decided, and until when
# (a day, or a moment such as 2026-12-31T18:00:00Z). Reports show all three. From then on a finding counts again.
# An entry counts for the release line under target alone; without target for every upgrade.
waivers:
`, Sanitize(r.Path.From), Sanitize(r.Path.To))
	line := releaseLine(r.Path.To)
	order, byRule := openByRule(r, keeps)
	for _, rule := range order {
		found := byRule[rule]
		_, _ = fmt.Fprintf(out, "  - rule: %s # %s\n    fingerprints:\n", scalar(rule), Sanitize(found[0].Open().Title))
		for _, packed := range found {
			f := packed.Open()
			if _, err := fmt.Fprintf(out, "      - %s # %s, %s: %s\n", strconv.QuoteToASCII(f.Fingerprint), Sanitize(f.Severity), subjectOf(f), Brief(f.Message)); err != nil {
				return err //nolint:wrapcheck // names the file itself
			}
		}
		_, _ = fmt.Fprintf(out, "    target: %s\n    reason: \"\"\n    owner: \"\"\n    until: \"\"\n", strconv.Quote(line))
	}
	if len(order) == 0 {
		_, _ = out.WriteString("  # there is no finding that is not waived\n")
	}
	checksToDo(out, r, line)
	return out.Flush() //nolint:wrapcheck // names the file itself
}

// openByRule returns the findings that are not waived by their rules, and the rules in the order of the report.
func openByRule(r *report.Report, keeps func(rule string) bool) (order []string, byRule map[string]report.Findings) {
	byRule = map[string]report.Findings{}
	for _, packed := range r.Findings {
		f := packed.Open()
		if f.Waived != nil || keeps != nil && !keeps(f.Rule) {
			continue
		}
		if byRule[f.Rule] == nil {
			order = append(order, f.Rule)
		}
		byRule[f.Rule] = append(byRule[f.Rule], packed)
	}
	return order, byRule
}

// checksToDo writes the checks by hand that are not done, as comments.
func checksToDo(out *bufio.Writer, r *report.Report, line string) {
	_, _ = out.WriteString("\n# Checks by hand that are done: take the # away and fill in.\n#checks:\n")
	for i := range r.ManualChecks {
		if m := &r.ManualChecks[i]; m.Done == nil {
			_, _ = fmt.Fprintf(out, "#  - fingerprint: %s # %s: %s\n#    target: %s\n#    by: \"\"\n#    \"on\": \"\"\n#    note: \"\"\n",
				strconv.QuoteToASCII(m.Fingerprint), Sanitize(m.Rule), Brief(m.Title), strconv.Quote(line))
		}
	}
}

// subjectOf names the object of a finding, or its place in a file.
func subjectOf(f *report.Finding) string {
	if inFile(f) {
		return filePlace(f.Location)
	}
	return name(f)
}

// releaseLine returns the first two numbers of a version.
func releaseLine(v string) string {
	parts := strings.SplitN(v, ".", 3)
	return Sanitize(strings.Join(parts[:min(len(parts), 2)], "."))
}

var plainScalar = regexp.MustCompile(`^[a-z][a-z0-9-]*[a-z]$`)

// scalar returns a text as a YAML scalar that is read as that text.
func scalar(text string) string {
	if plainScalar.MatchString(text) {
		return text
	}
	return strconv.QuoteToASCII(text)
}
