package targetolderthansource

import (
	"github.com/api7-preflight/api7-preflight/internal/version"
	"github.com/api7-preflight/api7-preflight/rules/internal/defect"
)

// repair came in several release lines at about the same time.
type repair struct {
	since version.Change
	ends  string // what it ended
}

// repairs returns what release notes say of more than one line, beside the known defects of releases.
var repairs = []repair{
	{version.Since("3.7.4", "3.8.1"), "request-id accepts the snowflake algorithm, which was removed for its risks"},
	{version.Since("3.8.22", "3.9.2"), "client certificates of longer chains are refused: the default of client.depth is too small"},
}

// lost returns what the source of a path is rid of and its target has.
func lost(p version.Path) []string {
	var back []string
	for _, r := range repairs {
		if r.since.In(p.From.Release()) && !r.since.In(p.To.Release()) {
			back = append(back, r.ends)
		}
	}
	for _, d := range defect.Table() {
		if d.Comes(p) {
			back = append(back, d.Says)
		}
	}
	return back
}
