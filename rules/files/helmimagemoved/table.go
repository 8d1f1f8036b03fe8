package helmimagemoved

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/cond"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func table() []rows.ValueIs {
	const portal, repository = "/developer_portal/image", "(^|/)api7-developer-portal$"
	old := cond.Like(portal+"/repository", regexp.MustCompile(repository))
	return []rows.ValueIs{
		controlPlane(rows.ValueIs{
			Case: rule.Case{Entry: "R-3.2.16.6-3", Change: version.Since("3.2.16.6")}, Charts: version.Since("0.16.20"),
			If:   cond.All(on("/developer_portal_configuration/enable"), old),
			Says: "the Developer Portal moved to api7/api7-ee-developer-portal, and no image of this name has the target's tag",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Delete developer_portal.image.repository and tag, or name api7-ee-developer-portal in your registry and mirror it. Set developer_portal_configuration.database.dsn to that of the Dashboard."},
			},
		}),
		controlPlane(rows.ValueIs{
			Case: rule.Case{Entry: "R-3.2.16.6-3", Change: version.Since("3.2.16.6")}, Charts: version.Since("0.16.20"),
			If: cond.All(
				on("/developer_portal_configuration/enable"), cond.Not(old), cond.Like(portal+"/tag", regexp.MustCompile(`^v?0\.`)),
			),
			Action: "delete the tag, or set the Dashboard's",
			Says:   "the Developer Portal has the versions of the control plane: its new repository, api7/api7-ee-developer-portal, has no such tag",
			Steps:  []rule.Step{{When: rule.Before, Text: "Delete developer_portal.image.tag, or set the same tag as for dashboard and dp_manager."}},
		}),
		controlPlane(bitnami("/postgresql/image", "bitnami/postgresql", on("/postgresql/builtin"))),
		controlPlane(bitnami("/prometheus/server/image", "bitnami/prometheus", on("/prometheus/builtin"))),
		etcd(),
	}
}

func controlPlane(c rows.ValueIs) rows.ValueIs {
	c.In, c.Chart = []estate.Kind{estate.HelmValues}, version.ControlPlaneChart
	return c
}

// on holds unless a switch that is on by default is off.
func on(key string) cond.Condition { return cond.Not(cond.False(key)) }

// bitnami is an image that Bitnami took from its public catalogue. One in a registry of its owner's own is still there.
func bitnami(image, repository string, installed cond.Condition) rows.ValueIs {
	const docker = "docker.io"
	return rows.ValueIs{
		Case:   rule.Case{Entry: "R-3.8.10-2", Change: version.Since("3.8.10"), Confidence: rule.Inferred},
		Charts: version.Since("0.17.20"), Severity: rule.Warning, WrittenByChart: true,
		If: cond.All(
			installed, cond.Any(cond.Lacks("/global/imageRegistry"), cond.Is("/global/imageRegistry", docker)),
			cond.Any(cond.Lacks(image+"/registry"), cond.Is(image+"/registry", docker)), cond.Is(image+"/repository", repository, docker+"/"+repository),
		),
		Says: "the chart takes this image from api7/; Bitnami withdrew its public catalogue, so the tag may be gone when a node has to pull it",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Delete image.repository and image.tag here, so that the chart's own api7/ image is pulled, or mirror the image. The program's version and its data stay as they are."},
		},
	}
}

// etcd is that of a gateway with an etcd of its own.
func etcd() rows.ValueIs {
	c := bitnami("/etcd/image", "bitnami/etcd", cond.True("/etcd/enabled"))
	c.In, c.Chart, c.Charts = []estate.Kind{estate.HelmValues}, version.GatewayChart, version.Since("0.2.28")
	c.Case.Entry, c.Case.Change, c.Case.Gateways = "HELM-IMAGE-BITNAMI", version.Since("3.8.14"), true
	return c
}
