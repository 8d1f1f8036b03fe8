package render

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// target writes the known defects of the target.
func (p *page) target(r *report.Report) {
	all := r.Target.Defects
	if len(all) == 0 {
		return
	}
	answers := map[string]int{}
	for _, d := range all {
		answers[d.Concerned]++
	}
	p.section("Known defects of "+r.Path.To, fmt.Sprintf("(%d that this installation meets, %d that it may meet, %d that it does not)",
		answers["yes"], answers["unknown"], answers["no"]))
	shown := make([]report.Defect, 0, len(all))
	for _, d := range all {
		if p.all || p.show.Target || d.Concerned == "yes" {
			shown = append(shown, d)
		}
	}
	p.prose(atLabel, "", plain, r.Target.Advice)
	p.gap()
	n := p.limit(len(shown))
	for _, d := range shown[:n] {
		answer := ""
		if d.Concerned != "yes" {
			answer = d.Concerned + ", "
		}
		p.prose(atLabel, "", plain, d.Severity+"  "+d.Says+" ("+answer+d.Why+"); fixed in "+strings.Join(d.FixedIn, ", "))
	}
	p.more(n, len(shown))
}
