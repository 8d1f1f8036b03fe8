package configurationkeynotread

import (
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// fallback are keys of the object storage that gateways start from while there is no control plane. Both sides have
// them, under names that differ.
func fallback() []rule.Fact {
	endpoint := rule.Case{Entry: "CP-FALLBACK-ENDPOINT", Change: version.Since("3.9.12"), Confidence: rule.Inferred}
	ofGateways := endpoint
	ofGateways.Gateways = true
	return []rule.Fact{
		rows.KeySet{
			Case: rule.Case{Entry: "CP-FALLBACK-BUCKET", Change: version.Since("3.2.15.2"), Confidence: rule.Inferred},
			In:   []estate.Kind{estate.DashboardConfig}, Keys: []string{"/fallback_cp/aws_s3/bucket"},
			Action: "write resource_bucket and config_bucket",
			Says:   "no longer read; the Dashboard writes to two buckets, resource_bucket and config_bucket",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set fallback_cp.aws_s3.resource_bucket and config_bucket, those that gateways read, and delete bucket."},
				{When: rule.After, Text: "Make sure that both buckets get new objects: gateways that start while the control plane is down have nothing else."},
			},
		},
		rows.KeySet{
			Case: rule.Case{Entry: "GW-FALLBACK-BUCKET", Change: version.Since("3.8.16"), Confidence: rule.Inferred, Gateways: true},
			In:   []estate.Kind{estate.GatewayConfig}, Keys: []string{"/deployment/fallback_cp/aws_s3/bucket"},
			Action: "write resource_bucket and config_bucket",
			Says:   "not a key of the gateway's chart, which has resource_bucket and config_bucket; a page of the documentation still shows it",
			Steps: []rule.Step{
				{When: rule.Before, Text: "Set deployment.fallback_cp.aws_s3.resource_bucket and config_bucket, those that are written to, and delete bucket."},
				{When: rule.After, Text: "Start one gateway of the target that cannot reach the control plane, and send it a request."},
			},
		},
		rows.KeySet{
			Case: endpoint, In: []estate.Kind{estate.DashboardConfig}, Keys: []string{"/fallback_cp/aws_s3/endpoint"},
			Action: "rename it to custom_endpoint",
			Says:   "the name that gateways have for it; the Dashboard has custom_endpoint, and without it uses Amazon's own",
			Steps:  rule.Beforehand("Rename it to custom_endpoint."),
		},
		rows.KeySet{
			Case: ofGateways, In: []estate.Kind{estate.GatewayConfig}, Keys: []string{"/deployment/fallback_cp/aws_s3/custom_endpoint"},
			Action: "rename it to endpoint",
			Says:   "the name that the Dashboard has for it; gateways have endpoint, and without it use Amazon's own",
			Steps:  rule.Beforehand("Rename it to endpoint."),
		},
	}
}

// traces are keys of the store of traces, for which each component has a name of its own.
func traces() []rule.Fact {
	jaeger := rule.Case{Entry: "CP-JAEGER-KEY", Change: version.Since("3.9.5"), Confidence: rule.Inferred}
	return []rule.Fact{
		rows.KeySet{
			Case: jaeger, In: []estate.Kind{estate.DashboardConfig}, Keys: []string{"/jaeger/collector_addr"},
			Action: "set jaeger.addr instead",
			Says:   "a key of the DP Manager, which sends traces; the Dashboard, which shows them, has jaeger.addr",
			Steps:  rule.Beforehand("Set jaeger.addr, the address that answers queries, such as http://jaeger.example.internal:16686. Then delete collector_addr."),
		},
		rows.KeySet{
			Case: jaeger, In: []estate.Kind{estate.DPManagerConfig}, Keys: []string{"/jaeger/addr"},
			Action: "set jaeger.collector_addr instead",
			Says:   "a key of the Dashboard, which shows traces; the DP Manager, which sends them, has jaeger.collector_addr",
			Steps:  rule.Beforehand("Set jaeger.collector_addr, the address that takes traces, such as http://jaeger.example.internal:4318. Then delete addr."),
		},
	}
}
