package report

import "slices"

// Verdict is the overall answer in one word.
type Verdict string

// The verdicts.
const (
	Ready      Verdict = "ready"
	Blocked    Verdict = "blocked"
	Incomplete Verdict = "incomplete"
)

// The exit codes of the command. A verdict has the same one in every format.
const (
	ExitReady       = 0
	ExitBlocked     = 1
	ExitUsage       = 2
	ExitCannotRun   = 3
	ExitIncomplete  = 4
	ExitInterrupted = 130
)

// The severities as --fail-on and findings write them, gravest first.
const (
	SeverityBreaking = "breaking"
	SeverityWarning  = "warning"
	SeverityNotice   = "notice"
	FailNever        = "never"
)

// Seal computes summary, verdict and exit code from the rest of the report. Nothing else sets them.
func (r *Report) Seal() {
	r.Summary = r.count()
	r.Verdict = r.judge()
	r.ExitCode = map[Verdict]int{Ready: ExitReady, Blocked: ExitBlocked, Incomplete: ExitIncomplete}[r.Verdict]
}

func (r *Report) count() Summary {
	s := Summary{Unexamined: r.gaps()}
	for _, f := range r.Findings {
		s.add(f.mark)
		if !f.mark.waived && !f.mark.known && r.Blocks(f.mark.word()) {
			s.Blocking++
		}
	}
	for i := range r.ManualChecks {
		if r.ManualChecks[i].Done == nil {
			s.Manual++
		} else {
			s.Done++
		}
	}
	for i := range r.Rules {
		if r.Rules[i].Doubtful() {
			s.Unknown++
		}
	}
	return s
}

// add counts a finding.
func (s *Summary) add(f mark) {
	if f.waived {
		s.Waived++
		return
	}
	switch f.word() {
	case SeverityBreaking:
		s.Breaking++
	case SeverityWarning:
		s.Warning++
	default:
		s.Notice++
	}
	if f.known {
		s.Known++
	}
}

// Doubtful reports whether a rule could not be judged in full. A rule that found something but could not look everywhere
// has failed and has reasons; its count is a lower bound.
func (r *Rule) Doubtful() bool {
	return !r.Accepted && (r.Status == Unknown || r.Status == Failed && len(r.Reasons) > 0)
}

// severities are the severities, the gravest first.
var severities = []string{SeverityBreaking, SeverityWarning, SeverityNotice}

// Gravity returns the place of a severity in the order from the gravest, 0, to the mildest; one that is not known is last.
func Gravity(severity string) int {
	if at := slices.Index(severities, severity); at >= 0 {
		return at
	}
	return len(severities)
}

// Blocks reports whether findings of that severity block the upgrade, unless they are waived or known.
func (r *Report) Blocks(severity string) bool {
	at := slices.Index(severities, severity)
	return at >= 0 && at <= slices.Index(severities, r.FailOn)
}

// Blocking reports whether a finding blocks the upgrade.
func (r *Report) Blocking(f *Finding) bool { return f.Counts() && r.Blocks(f.Severity) }

// Counts reports whether a finding asks for something: it is neither waived nor known to the baseline.
func (f *Finding) Counts() bool { return f.Waived == nil && f.Baseline != BaselineKnown }

func (r *Report) judge() Verdict {
	s := r.Summary
	judged := slices.ContainsFunc(r.Rules, func(res Rule) bool {
		return res.Examined > 0 && (res.Status == Passed || res.Status == Failed)
	})
	switch {
	case s.Blocking > 0:
		return Blocked
	case s.Unknown > 0 || r.gaps() > 0 || !judged || len(r.Sources) == 0:
		return Incomplete
	}
	return Ready
}

// Judged returns which rules were judged in full, so that the report has all of their findings.
func (r *Report) Judged() map[string]bool {
	judged := map[string]bool{}
	for i := range r.Rules {
		rule := &r.Rules[i]
		judged[rule.Rule] = (rule.Status == Passed || rule.Status == Failed) && len(rule.Reasons) == 0
	}
	return judged
}

// gaps counts what was not examined and not accepted.
func (r *Report) gaps() int {
	n := 0
	for i := range r.Unexamined {
		if !r.Unexamined[i].Accepted {
			n++
		}
	}
	return n
}
