package configurationdefaultchanged

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// stream matches a log output that is no file of its own.
var stream = regexp.MustCompile(`^(|stdout|stderr|/dev/stdout|/dev/stderr)$`)

// controlPlane are defaults of all components with a database.
func controlPlane() []rule.Fact {
	programs := []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig}
	return []rule.Fact{
		rows.KeyAbsent{
			Case:     rule.Case{Entry: "R-3.9.0-5", Change: version.Since("3.9.0")},
			In:       programs,
			Key:      "/server/pprof/enable",
			Default:  rows.Default{Chart: "true", Program: "true"},
			Severity: rule.Notice,
			Action:   "set server.pprof.enable: false",
			Says:     "not set; the profiler, which was off, is on from 3.9.0 on, at 127.0.0.1:6060 unless server.pprof says otherwise",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set server.pprof.enable: false where no profiler is wanted. Where components share a host or its network, give each another server.pprof.port."},
			},
		},
		rows.KeyAbsent{
			Case:     rule.Case{Entry: "R-3.9.0-5", Change: version.Since("3.9.0"), FromAtLeast: version.Since("3.8.11")},
			In:       []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig},
			Key:      "/server/pprof/port",
			If:       cond.True("/server/pprof/enable"),
			Default:  rows.Default{Chart: "6060", Program: "6060"},
			Severity: rule.Notice,
			Action:   "set server.pprof.port to the old port",
			Says:     "not set while the profiler is on; its port is 6060 from 3.9.0 on, before 7082 of the Dashboard and 7902 of the DP Manager",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set server.pprof.port to the old port, or point what reads the profiler to 6060. Where components share a host or its network, give each another port."},
			},
		},
		rows.KeyAbsent{
			Case:     rule.Case{Entry: "R-3.9.0-6", Change: version.Since("3.9.0"), Confidence: rule.Inferred},
			In:       programs,
			Key:      "/database/timeout",
			Default:  rows.Default{Chart: "5s"},
			Severity: rule.Notice,
			Action:   "set database.timeout for slow statements",
			Says:     "not set; from 3.9.0 on statements that run longer than the limit (5s in the chart) are cancelled",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Where the database is large or slow, set database.timeout to more than its slowest statement takes, such as 30s: publishing to many gateway groups and exports of the audit log take long."},
				{When: rule.After, Text: "Look for statements that time out in the logs of Dashboard and DP Manager."},
			},
		},
		rows.KeyAbsent{
			Case:    rule.Case{Entry: "R-3.9.0-7", Change: version.Since("3.9.0"), Confidence: rule.Inferred},
			In:      programs,
			Key:     "/log/access_log",
			If:      cond.Unlike("/log/output", stream),
			Default: rows.Default{Chart: "stdout"},
			Action:  "set log.access_log to a collected file",
			Says:    "not set while log.output is a file; from 3.9.0 on the access log is separate and, by the chart, goes to stdout, so a collector of that file misses it",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set log.access_log to a file that the collector reads, in the file of the target, or have the collector read standard output."},
				{When: rule.After, Text: "Make sure that the collector gets both logs; lines carry a request_id now."},
			},
		},
	}
}
