package targetolderthansource

import "github.com/api7-preflight/api7-preflight/internal/version"

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
