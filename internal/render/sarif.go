package render

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// The limits of GitHub code scanning, which refuses a file that exceeds one:
// https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support#file-compatibility.
const (
	sarifResults     = 25_000    // of a run
	sarifZipped      = 9_500_000 // bytes of the file after gzip; 10 MB are allowed, and other programs compress a little less
	sarifTags        = 20        // of a rule
	sarifDescription = 1024      // characters of a short and of a full description
)

// sarif is a SARIF log that is being written.
type sarif struct {
	out   *bufio.Writer
	r     *report.Report
	o     Options
	rules map[string]int // indexes into the rules of the driver

	results int
	weight  *gzip.Writer // what is written, for counting
	weighed byteCount
}

// byteCount counts the bytes that are written.
type byteCount int

// Write counts.
func (c *byteCount) Write(p []byte) (int, error) {
	*c += byteCount(len(p))
	return len(p), nil
}

// asSARIF writes a SARIF 2.1.0 log with one run. A finding is a result; so is each cause why something was not examined, but
// of the kind "open", so that who shows results alone does not show silence. Checks by hand are counted in the run's
// properties: consumers show every result as a finding, whatever its kind (https://github.com/microsoft/PSRule/issues/955).
// What a consumer would refuse is folded into one result, whose property "count" says for how many findings it stands.
func asSARIF(out *bufio.Writer, r *report.Report, o Options) error {
	s := &sarif{out: out, r: r, o: o, rules: map[string]int{}}
	s.weight = gzip.NewWriter(&s.weighed)
	gaps := notLooked(r)
	t := rationed(r, sarifResults-min(len(gaps), mostGaps+1))
	head := []struct {
		name  string
		value any
	}{
		{"tool", s.tool(t, len(gaps) > 0)},
		{"columnKind", "unicodeCodePoints"},
		{"originalUriBaseIds", map[string]sarifBase{
			baseFiles:   {sarifText{Text: "The folder that was given, or in which the check ran."}},
			baseNoFiles: {sarifText{Text: "Not a folder. What is under it are no files: tables and keys of the control plane's database, addresses of the Admin API, or what the upgrade itself is about. Line 1 means nothing there."}},
		}},
		{"invocations", []sarifInvocation{s.invocation(gaps)}},
		{"properties", s.run()},
	}
	_, _ = s.out.WriteString("{\n  \"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n  \"version\": \"2.1.0\",\n  \"runs\": [\n    {\n")
	for _, field := range head {
		_, _ = s.out.WriteString("      \"" + field.name + "\": ")
		if err := s.encode(field.value); err != nil {
			return err
		}
		_, _ = s.out.WriteString(",\n")
	}
	_, _ = s.out.WriteString("      \"results\": [")
	if err := s.gaps(gaps); err != nil {
		return err
	}
	if err := t.each(r, s.finding, s.fold); err != nil {
		return err
	}
	end := "]\n"
	if s.results > 0 {
		end = "\n      ]\n"
	}
	_, _ = s.out.WriteString(end + "    }\n  ]\n}\n")
	return nil
}

// isSARIF recognises the schema and this program.
func isSARIF(content []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(content), []byte("{")) && bytes.Contains(content, []byte("sarif-2.1.0")) &&
		bytes.Contains(content, []byte(`"`+report.Program+`"`))
}

// encode writes a value on one line.
func (s *sarif) encode(v any) error {
	raw, err := oneLine(v)
	if err != nil {
		return err
	}
	_, _ = s.weight.Write(raw) // it only counts
	escape(s.out, raw)
	if _, err := s.out.Write(nil); err != nil { // nobody reads the rest
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// oneLine returns a value as JSON without line breaks.
func oneLine(v any) ([]byte, error) {
	var raw bytes.Buffer
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("encoding: %w", err)
	}
	return bytes.TrimSuffix(raw.Bytes(), []byte("\n")), nil
}

// result writes a result, and reports whether the file may grow.
func (s *sarif) result(one *sarifResult) (bool, error) {
	_, _ = s.out.WriteString(before(s.results, "") + "\n        ")
	s.results++
	one.RuleIndex = s.rules[one.RuleID]
	err := s.encode(one)
	return s.weighed < sarifZipped, err
}

// tool describes the program and the rules that results name.
func (s *sarif) tool(t *ration, gaps bool) sarifTool {
	driver := sarifDriver{Name: report.Program, Version: s.r.Tool.Version, Rules: []sarifRule{}}
	add := func(rule sarifRule) {
		if _, listed := s.rules[rule.ID]; !listed {
			s.rules[rule.ID] = len(driver.Rules)
			driver.Rules = append(driver.Rules, rule)
		}
	}
	found := map[string]*lot{}
	for _, one := range t.list {
		found[one.rule] = one
	}
	for i := range s.r.Rules {
		if rule := &s.r.Rules[i]; found[rule.Rule] != nil || rule.Doubtful() {
			add(s.rule(rule))
		}
	}
	for _, one := range t.list { // of a rule that the report does not list
		f := one.first
		add(s.rule(&report.Rule{Rule: f.Rule, Title: f.Title, Severity: f.Severity, Catalogue: f.Catalogue, Change: f.Change}))
	}
	if gaps {
		text := "Something that a rule needs was not examined."
		add(sarifRule{
			ID: notExamined, ShortDescription: sarifText{Text: text}, Default: &sarifLevel{"error"},
			FullDescription: sarifText{Text: text + " Nobody knows whether there is anything to do. This alone makes the verdict incomplete, exit code 4."},
			Help:            sarifText{Text: "Each entry says what closes the gap. A doubt that somebody has settled by hand can be accepted with --accept-unknown ID=REASON."},
		})
	}
	return sarifTool{driver}
}

func (s *sarif) rule(rule *report.Rule) sarifRule {
	title := strings.TrimSuffix(cmp.Or(rule.Title, rule.Rule), ".") + "."
	full := title
	if rule.Change != "" {
		full += " First release with the change: " + rule.Change + "."
	}
	help := sarifText{Text: title + " `" + report.Program + " rules explain " + rule.Rule + "` explains it."}
	if s.o.Explain != nil {
		if text := s.o.Explain(rule.Rule); text != "" {
			help = sarifText{Text: text, Markdown: text}
		}
	}
	one := sarifRule{
		ID: rule.Rule, ShortDescription: sarifText{Text: firstRunes(title, sarifDescription)},
		FullDescription: sarifText{Text: firstRunes(full, sarifDescription)}, Help: help,
	}
	if rule.Severity != "" {
		one.Default = &sarifLevel{sarifLevelOf(rule.Severity)}
	}
	if len(rule.Catalogue) > 0 {
		one.Properties = &sarifRuleExtra{rule.Catalogue[:min(len(rule.Catalogue), sarifTags)]}
	}
	return one
}

// firstRunes cuts a text that is longer than so many characters.
func firstRunes(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}

// sarifLevelOf returns the level of a severity.
func sarifLevelOf(severity string) string {
	switch severity {
	case report.SeverityBreaking:
		return "error"
	case report.SeverityWarning:
		return "warning"
	}
	return "note"
}

// invocation says how the run ended. It was not successful if something was not examined, whatever was found.
func (s *sarif) invocation(gaps []*missingPart) sarifInvocation {
	const layout = "2006-01-02T15:04:05.000Z"
	start := s.r.Run.StartedAt.UTC()
	in := sarifInvocation{
		Successful: len(gaps) == 0, ExitCode: s.r.ExitCode, Description: Line(s.r),
		Start: start.Format(layout), End: start.Add(time.Duration(s.r.Run.DurationMS) * time.Millisecond).Format(layout),
		Notifications: []sarifNotification{}, Settings: []sarifNotification{},
	}
	for _, m := range gaps[:min(len(gaps), mostGaps)] {
		in.Notifications = append(in.Notifications, sarifNotification{"error", sarifText{Text: unlinked(m.told())}})
	}
	if rest := len(gaps) - mostGaps; rest > 0 {
		in.Notifications = append(in.Notifications, sarifNotification{"error", sarifText{Text: moreGaps(rest, s.o)}})
	}
	for i := range s.r.Rules {
		if rule := &s.r.Rules[i]; rule.Status == report.Disabled || rule.Accepted {
			text := Brief(rule.Rule + " " + string(rule.Status) + ": " + strings.Join(rule.Reasons, "; "))
			in.Settings = append(in.Settings, sarifNotification{"note", sarifText{Text: unlinked(text)}})
		}
	}
	return in
}

// unlinked returns a text in which no consumer finds a link: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html,
// 3.11.6, escapes brackets with a backslash.
func unlinked(text string) string { return strings.ReplaceAll(text, "](", `\](`) }

func (s *sarif) run() sarifRun {
	r, sum := s.r, s.r.Summary
	run := sarifRun{
		Verdict: string(r.Verdict), Says: Line(r), From: r.Path.From, To: r.Path.To, Asked: Asked(&r.Path), Scope: string(r.Scope), FailOn: r.FailOn, Advice: r.Target.Advice,
		Breaking: sum.Breaking, Warning: sum.Warning, Notice: sum.Notice, Waived: sum.Waived, Known: sum.Known, Blocking: sum.Blocking, Unknown: sum.Unknown, NotExamined: open(r),
		Manual: sum.Manual, Checks: make([]sarifManual, 0, len(r.ManualChecks)),
	}
	for i := range r.ManualChecks {
		run.Checks = append(run.Checks, sarifManual{r.ManualChecks[i].Rule, r.ManualChecks[i].Title, done(&r.ManualChecks[i])})
	}
	return run
}

// gaps writes what was not examined. These results are of the kind "open" and so have the level "none", the only one that
// the specification (3.27.10) allows for a kind other than "fail"; that the gap makes the run fail, the notifications say,
// which have the level "error".
func (s *sarif) gaps(parts []*missingPart) error {
	for _, m := range parts[:min(len(parts), mostGaps)] {
		gap := sarifGap{ID: m.id, Count: len(m.what), What: m.what[:min(len(m.what), mostGaps)], Why: m.why, Next: m.next, Rules: slices.Sorted(maps.Keys(m.rules))}
		if err := s.open(unlinked(m.told()), cmp.Or(m.id, m.what[0]), shortHash(m.mark()), gap); err != nil {
			return err
		}
	}
	if rest := len(parts) - mostGaps; rest > 0 {
		return s.open(moreGaps(rest, s.o), "other", shortHash(notExamined), nil)
	}
	return nil
}

func (s *sarif) open(text, path, fingerprint string, more any) error {
	_, err := s.result(&sarifResult{
		RuleID: notExamined, Kind: "open", Level: "none", Message: sarifText{Text: text}, Properties: more, Baseline: s.baseline(""),
		Locations:    []sarifLocation{{Physical: physical(artifact{path: notExamined + "/" + path, line: 1}, report.Location{})}},
		Fingerprints: fingerprints(fingerprint), Partial: partial(fingerprint),
	})
	return err
}

// finding writes a finding.
func (s *sarif) finding(f *report.Finding) (bool, error) {
	one := sarifResult{
		RuleID: f.Rule, Level: sarifLevelOf(f.Severity), Message: sarifText{Text: unlinked(sentence(f))}, Baseline: s.baseline(f.Baseline),
		Locations: []sarifLocation{locationOf(f)}, Fingerprints: fingerprints(f.Fingerprint), Partial: partial(f.Fingerprint),
	}
	if f.Waived != nil {
		one.Suppressions = []sarifSuppression{{"external", "accepted", terms(f)}}
	}
	more := &sarifFinding{
		Action: f.Action, Timing: f.Timing, Change: f.Change, Confidence: f.Confidence, GatewayGroup: f.Object.GatewayGroup, Pointer: f.Location.Pointer,
		Owner: f.Object.Owner,
	}
	for _, step := range inPhases(f) {
		more.Steps = append(more.Steps, sarifStep{step.When, step.Text, step.Command})
	}
	one.Properties = more
	return s.result(&one)
}

// fold writes one result for several findings of a rule.
func (s *sarif) fold(one *lot, left int) error {
	mark := shortHash(one.mark())
	folded := &sarifResult{
		RuleID: one.rule, Level: sarifLevelOf(one.severity), Properties: sarifCount{left}, Baseline: s.baseline(one.first.Baseline),
		Message:      sarifText{Text: unlinked(Brief(one.folded(left, "consumers refuse a file with more than "+thousands(sarifResults)+" results or 10 MB", s.o)))},
		Locations:    []sarifLocation{{Physical: physical(artifact{path: "folded/" + one.rule, line: 1}, report.Location{})}},
		Fingerprints: fingerprints(mark), Partial: partial(mark),
	}
	if one.waived {
		folded.Suppressions = []sarifSuppression{{"external", "accepted", count(left, "finding", "findings") + ", each with a reason of its own"}}
	}
	_, err := s.result(folded)
	return err
}

// baseline returns the state of a result, for which either all results or none have one (3.27.24). What a baseline says
// nothing of is new.
func (s *sarif) baseline(of string) string {
	if of == report.BaselineKnown {
		return "unchanged"
	}
	if len(s.r.Findings) > 0 && s.r.Findings[0].Open().Baseline != "" {
		return "new"
	}
	return ""
}
