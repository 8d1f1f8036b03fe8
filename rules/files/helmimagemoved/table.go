package helmimagemoved

import (
	"regexp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

func table() []rule.Configured {
	const portal, repository = "/developer_portal/image", "(^|/)api7-developer-portal$"
	old := rule.Like(portal+"/repository", regexp.MustCompile(repository))
	return []rule.Configured{
		controlPlane(rule.Configured{
			Case: rule.Case{Entry: "R-3.2.16.6-3", Change: version.Since("3.2.16.6")}, Charts: version.Since("0.16.20"),
			If:   rule.All(on("/developer_portal_configuration/enable"), old),
			Says: "the Developer Portal moved to api7/api7-ee-developer-portal, and no image of this name has the target's tag",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Delete developer_portal.image.repository and tag, or name api7-ee-developer-portal in your registry and mirror it. Set developer_portal_configuration.database.dsn to that of the Dashboard."},
			},
		}),
		controlPlane(rule.Configured{
			Case: rule.Case{Entry: "R-3.2.16.6-3", Change: version.Since("3.2.16.6")}, Charts: version.Since("0.16.20"),
			If: rule.All(
				on("/developer_portal_configuration/enable"), rule.Not(old), rule.Like(portal+"/tag", regexp.MustCompile(`^v?0\.`)),
			),
			Says:  "the Developer Portal has the versions of the control plane: its new repository, api7/api7-ee-developer-portal, has no such tag",
			Steps: []rule.Step{{When: rule.Before, Text: "Delete developer_portal.image.tag, or set the same tag as for dashboard and dp_manager."}},
		}),
		controlPlane(bitnami("/postgresql/image", "bitnami/postgresql", on("/postgresql/builtin"))),
		controlPlane(bitnami("/prometheus/server/image", "bitnami/prometheus", on("/prometheus/builtin"))),
		etcd(),
	}
}

func controlPlane(c rule.Configured) rule.Configured {
	c.In, c.Chart = []estate.Kind{estate.HelmValues}, version.ControlPlaneChart
	return c
}

// on holds unless a switch that is on by default is off.
func on(key string) rule.Condition { return rule.Not(rule.False(key)) }

// bitnami is an image that Bitnami took from its public catalogue. One in a registry of its owner's own is still there.
func bitnami(image, repository string, installed rule.Condition) rule.Configured {
	const docker = "docker.io"
	return rule.Configured{
		Case:   rule.Case{Entry: "R-3.8.10-2", Change: version.Since("3.8.10"), Confidence: rule.Inferred},
		Charts: version.Since("0.17.20"), Severity: rule.Warning, Charted: true,
		If: rule.All(
			installed, rule.Any(rule.Lacks("/global/imageRegistry"), rule.Is("/global/imageRegistry", docker)),
			rule.Any(rule.Lacks(image+"/registry"), rule.Is(image+"/registry", docker)), rule.Is(image+"/repository", repository, docker+"/"+repository),
		),
		Says: "the chart takes this image from api7/; Bitnami withdrew its public catalogue, so that the tag may not be there when a node has to pull it",
		Steps: []rule.Step{
			{When: rule.Before, Text: "Delete image.repository and image.tag here, so that the chart's own api7/ image is pulled, or mirror the image. The program's version and its data stay as they are."},
		},
	}
}

// etcd is that of a gateway with an etcd of its own.
func etcd() rule.Configured {
	c := bitnami("/etcd/image", "bitnami/etcd", rule.True("/etcd/enabled"))
	c.In, c.Chart, c.Charts = []estate.Kind{estate.HelmValues}, version.GatewayChart, version.Since("0.2.28")
	c.Case.Entry, c.Case.Change, c.Case.Gateways = "HELM-IMAGE-BITNAMI", version.Since("3.8.14"), true
	return c
}
