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
	s := Summary{Manual: len(r.ManualChecks), Unexamined: r.gaps()}
	for f := range r.Findings.All() {
		switch {
		case f.Waived != nil:
			s.Waived++
		case f.Severity == SeverityBreaking:
			s.Breaking++
		case f.Severity == SeverityWarning:
			s.Warning++
		default:
			s.Notice++
		}
	}
	for i := range r.Rules {
		if r.Rules[i].Doubtful() {
			s.Unknown++
		}
	}
	return s
}

// Doubtful reports whether a rule could not be judged in full. A rule that found something but could not look everywhere
// has failed and has reasons; its count is a lower bound.
func (r *Rule) Doubtful() bool {
	return !r.Accepted && (r.Status == Unknown || r.Status == Failed && len(r.Reasons) > 0)
}

// severities are the severities, the gravest first.
var severities = []string{SeverityBreaking, SeverityWarning, SeverityNotice}

// Blocks reports whether a finding of that severity blocks the upgrade, unless it is waived.
func (r *Report) Blocks(severity string) bool {
	at := slices.Index(severities, severity)
	return at >= 0 && at <= slices.Index(severities, r.FailOn)
}

func (r *Report) judge() Verdict {
	s := r.Summary
	blocking := 0
	for i, n := range []int{s.Breaking, s.Warning, s.Notice} {
		if r.Blocks(severities[i]) {
			blocking += n
		}
	}
	judged := slices.ContainsFunc(r.Rules, func(res Rule) bool {
		return res.Examined > 0 && (res.Status == Passed || res.Status == Failed)
	})
	switch {
	case blocking > 0:
		return Blocked
	case s.Unknown > 0 || r.gaps() > 0 || !judged || len(r.Sources) == 0:
		return Incomplete
	}
	return Ready
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
