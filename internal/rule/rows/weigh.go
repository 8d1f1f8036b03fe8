package rows

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// Weight is how grave the rest of an installation makes a finding on a file, and what shows it.
type Weight struct {
	Severity rule.Severity
	Evidence rule.Evidence
	Steps    []rule.Step // what to do where it is that grave; nil: the steps of the row
}

// weighed returns a function that keeps findings on files of some kinds until it is known how grave they are. Without
// such a file the rule concludes nothing: what only weighs is no answer.
func weighed(p *rule.Pass, in []estate.Kind, weigh func() Weight) func(rule.Finding) {
	var kept []rule.Finding
	p.NeedsSome(1, in...)
	p.AtEnd(func() {
		if len(kept) == 0 {
			return
		}
		w := weigh()
		for _, f := range kept {
			f.Severity, f.Evidence = w.Severity, append(f.Evidence, w.Evidence)
			if w.Steps != nil {
				f.Remediation = w.Steps
			}
			p.Report(f)
		}
	})
	return func(f rule.Finding) { kept = append(kept, f) }
}
