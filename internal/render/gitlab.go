package render

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// gitlabBytes is how long a Code Quality report gets before the rest is folded: GitLab takes artifacts of 100 MB unless its
// administrator allows more (https://docs.gitlab.com/administration/settings/continuous_integration/#maximum-artifacts-size),
// and has no smaller limit for this kind (ci_max_artifact_size_codequality is 0,
// https://docs.gitlab.com/administration/instance_limits/#maximum-file-size-per-type-of-artifact).
const gitlabBytes = 90_000_000

// The names of entries that are no findings.
const (
	checkVerdict = "verdict"
	checkWaived  = "waived"
)

// issue is an entry of a Code Quality report, with what GitLab reads of it:
// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
type issue struct {
	Description string     `json:"description"`
	CheckName   string     `json:"check_name"`
	Fingerprint string     `json:"fingerprint"`
	Severity    string     `json:"severity"`
	Location    issuePlace `json:"location"`
	Count       int        `json:"count,omitempty"` // of findings, if it stands for several; GitLab ignores it
}

type issuePlace struct {
	Path  string     `json:"path"`
	Lines issueLines `json:"lines"`
}

type issueLines struct {
	Begin int `json:"begin"`
}

// gitlab is a Code Quality report that is being written.
type gitlab struct {
	out    *bufio.Writer
	r      *report.Report
	o      Options
	n      int // entries
	size   int
	marked map[[sha256.Size]byte]int // fingerprints that are taken
}

// asGitLab writes a Code Quality report for GitLab: an entry for the verdict, one for each cause why something was not
// examined, and one for each finding, the gravest first. GitLab cannot be told that a finding is waived (it ignores what it
// does not need) and would show it like any other, so waived ones are left out, and an entry counts them. What blocks the
// upgrade is a "blocker", and nothing else is.
func asGitLab(out *bufio.Writer, r *report.Report, o Options) error {
	g := &gitlab{out: out, r: r, o: o, marked: map[[sha256.Size]byte]int{}}
	text := report.Program + " " + summary(r)
	if n := r.Summary.Manual; n > 0 {
		text += "; " + count(n, "check", "checks") + " by hand"
	}
	severity := map[bool]string{true: "info", false: "critical"}[r.Verdict == report.Ready]
	mark := shortHash(checkVerdict + "/" + string(r.Verdict)) // so that GitLab shows it if it changes
	if err := g.entry(&issue{Description: Brief(text), CheckName: checkVerdict, Fingerprint: mark, Severity: severity, Location: nowhere(checkVerdict)}); err != nil {
		return err
	}
	if err := g.gaps(notLooked(r)); err != nil {
		return err
	}
	if err := rationed(r, len(r.Findings)).each(r, g.finding, g.fold); err != nil {
		return err
	}
	if n := r.Summary.Waived; n > 0 {
		text := count(n, "finding is", "findings are") + " waived and not listed here" + g.terms() + ". " + wholeList(o)
		if err := g.entry(&issue{Description: Brief(text), CheckName: checkWaived, Fingerprint: shortHash(checkWaived), Severity: "info", Location: nowhere(checkWaived)}); err != nil {
			return err
		}
	}
	_, _ = out.WriteString("\n]\n")
	return nil
}

// terms names the waivers that are used.
func (g *gitlab) terms() string {
	const named = 5
	var list []string
	for _, w := range g.r.Waivers {
		if w.State == report.WaiverUsed && !w.Check {
			if text := decidedBy(w); !slices.Contains(list, text) {
				list = append(list, text)
			}
		}
	}
	text := strings.Join(list[:min(len(list), named)], "; ")
	if text == "" {
		return ""
	}
	return ": " + text + findingCount(max(len(list)-named, 0), "; ", " more")
}

// isGitLab recognises the first entry.
func isGitLab(content []byte) bool {
	return bytes.HasPrefix(content, []byte("[")) && bytes.Contains(content, []byte(`"check_name":"`+checkVerdict+`"`)) &&
		bytes.Contains(content, []byte(`"description":"`+report.Program+` `))
}

// nowhere is the place of an entry that is about no object.
func nowhere(about string) issuePlace {
	return issuePlace{report.Program + "/" + about, issueLines{1}}
}

// entry writes an entry on a line of its own. GitLab shows entries with the same fingerprint as one, so a second one gets
// another.
func (g *gitlab) entry(one *issue) error {
	key := sha256.Sum256([]byte(one.Fingerprint))
	if times := g.marked[key]; times > 0 {
		one.Fingerprint = shortHash(one.Fingerprint + "/" + strconv.Itoa(times))
	}
	g.marked[key]++
	raw, err := oneLine(one)
	if err != nil {
		return err
	}
	_, _ = g.out.WriteString(before(g.n, "[") + "\n")
	escape(g.out, raw)
	g.n++
	g.size += len(raw) + len(",\n")
	if _, err := g.out.Write(nil); err != nil { // nobody reads the rest
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// gaps writes what was not examined.
func (g *gitlab) gaps(parts []*missingPart) error {
	const severity = "critical"
	for _, m := range parts[:min(len(parts), mostGaps)] {
		one := &issue{
			Description: m.told(), CheckName: notExamined, Fingerprint: shortHash(m.mark()), Severity: severity,
			Location: issuePlace{notExamined + "/" + cmp.Or(m.id, m.what[0]), issueLines{1}},
		}
		if err := g.entry(one); err != nil {
			return err
		}
	}
	if rest := len(parts) - mostGaps; rest > 0 {
		return g.entry(&issue{Description: moreGaps(rest, g.o), CheckName: notExamined, Fingerprint: shortHash(notExamined), Severity: severity, Location: nowhere(notExamined)})
	}
	return nil
}

// finding writes a finding that is not waived, and reports whether the file may grow.
func (g *gitlab) finding(f *report.Finding) (bool, error) {
	if f.Waived != nil {
		return true, nil
	}
	p, at, text := categoryOf(f), artifactOf(f), sentence(f)
	if p.known {
		text = "Known to the baseline: " + text
	}
	one := &issue{
		Description: text, CheckName: f.Rule, Fingerprint: f.Fingerprint, Severity: g.severity(p),
		Location: issuePlace{strings.TrimPrefix(path.Clean(at.path), "/"), issueLines{at.line}},
	}
	return g.size < gitlabBytes, g.entry(one)
}

// fold writes one entry for several findings of a rule.
func (g *gitlab) fold(s *lot, left int) error {
	if s.waived {
		return nil
	}
	text := s.folded(left, "GitLab refuses a file of more than 100 MB", g.o)
	return g.entry(&issue{
		Description: Brief(text), CheckName: s.rule, Fingerprint: shortHash(s.mark()), Severity: g.severity(s.category), Location: nowhere("folded/" + s.rule), Count: left,
	})
}

// severity returns GitLab's word for how grave findings are.
func (g *gitlab) severity(p category) string {
	switch {
	case p.blocks(g.r):
		return "blocker"
	case p.severity == report.SeverityBreaking:
		return "critical"
	case p.severity == report.SeverityWarning:
		return "major"
	}
	return "minor"
}
