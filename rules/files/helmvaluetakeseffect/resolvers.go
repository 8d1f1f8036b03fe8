package helmvaluetakeseffect

import (
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/helmvalues"
)

// old is the list of name servers that charts had by default while they wrote it into a comment.
var old = []string{"127.0.0.1", "172.20.0.10", "114.114.114.114", "223.5.5.5", "1.1.1.1", "8.8.8.8"}

// resolvers judges dns.resolvers, which becomes dns_resolver of the gateway's file.
func resolvers(v *helmvalues.Values) {
	const key = "/dns/resolvers"
	if custom, known := v.Switch(false, "apisix", "enableCustomizedConfig"); custom || !known {
		return // the chart writes nothing of its own
	}
	given := v.At("dns", "resolvers")
	if given.Empty() {
		if why := given.Unreadable(); why != "" {
			v.Doubt(key, why)
		}
		return
	}
	list := given.Strings()
	if why := list.Unreadable(); why != "" {
		v.Doubt(key, why)
		return
	}
	servers, _ := list.Known()
	evidence := []rule.Evidence{{Name: "name servers", Value: strings.Join(servers, ", ")}}
	if slices.Equal(servers, old) {
		v.ReportDefault(rule.Breaking, key, "the list that charts below 3.10.3 had by default and did not use; now gateways ask these servers, which do not know the names of your cluster",
			evidence, "delete dns.resolvers", before("Delete dns.resolvers. Without it gateways use /etc/resolv.conf, which is right in a cluster."))
		return
	}
	v.Report(rule.Warning, key, "charts below 3.10.3 wrote it into a comment; now gateways resolve the names of upstreams with these servers only",
		evidence, "check that these servers know all names", before("Make sure that each of them resolves the names of all upstreams, including those of the cluster; otherwise delete dns.resolvers, so that gateways use /etc/resolv.conf."))
}
