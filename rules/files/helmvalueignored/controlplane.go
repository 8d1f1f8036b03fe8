package helmvalueignored

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// controlPlane are values of the chart api7ee3. Those that say what the chart said by default are left alone.
func controlPlane() []rows.KeySet {
	portal := rule.Case{Entry: "HELM-DEAD-CP", Change: version.Since("3.2.13.0")}
	return []rows.KeySet{
		{
			Case: portal, In: values, Chart: version.ControlPlaneChart, Charts: version.Since("0.15.0"), Severity: rule.Warning,
			Keys: []string{"/developer_portal/ingress/enabled"}, If: cond.True(""),
			Action: "move it to developer_portal_service",
			Says:   "no longer read from chart 0.15.0 on: Helm deletes the Ingress of the Developer Portal",
			Steps:  []rule.Step{{When: rule.Before, Text: "Move developer_portal.ingress to developer_portal_service.ingress."}},
		},
		{
			Case: portal, In: values, Chart: version.ControlPlaneChart, Charts: version.Since("0.15.0"), Severity: rule.Warning,
			Keys: []string{"/developer_portal/port"}, If: cond.Any(cond.Exceeds("", 4321), cond.Not(cond.Exceeds("", 4320))),
			Action: "set developer_portal_service.port",
			Says:   "no longer read from chart 0.15.0 on: the port is that of developer_portal_service.port, 4321 by default",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set developer_portal_service.port, and developer_portal_configuration.server.listen.port for the port inside the pod; delete the old key."},
			},
		},
		{
			Case: rule.Case{Entry: "HELM-DEAD-CP-2", Change: version.Since("3.8.14")},
			In:   values, Chart: version.ControlPlaneChart, Charts: version.Since("0.17.26"), Severity: rule.Warning,
			Keys: []string{"/prometheus/server/tag"}, If: cond.Unlike("", regexp.MustCompile(`^2\.48\.1-debian-11-r0$`)),
			Action: "move it to prometheus.server.image.tag",
			Says:   "nothing reads it; charts 0.17.13 to 0.17.25 showed the key in this wrong place, and from 0.17.26 on the tag is that of prometheus.server.image.tag, 2.48.1-debian-11-r0 by default",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Move it to prometheus.server.image.tag, or delete it if the default will do. A registry mirror must hold the tag that counts."},
			},
		},
		{
			Case: rule.Case{Entry: "R-3.9.4-1", Change: version.Since("3.9.4")},
			In:   values, Chart: version.ControlPlaneChart, Charts: version.Since("0.17.44"),
			Keys: []string{"/busybox/image/repository"}, If: cond.Unlike("", regexp.MustCompile(`^(docker\.io/)?(library/)?busybox$`)),
			Severity: rule.Notice,
			Action:   "delete it after the upgrade",
			Says:     "no longer read from chart 0.17.44 on: no init container waits for the database any more, and no image for it is pulled",
			Steps:    []rule.Step{{When: rule.After, Text: "Delete busybox from the values. Components that do not find the database yet are restarted until they do."}},
		},
	}
}
