package runbook

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// upgradeDataPlane plans the upgrade of each gateway group.
func (p *plan) upgradeDataPlane() {
	p.phase = DataPlane
	if len(p.groups) == 0 {
		unknown := unknownGroup()
		p.upgradeGroup(&unknown)
		return
	}
	for i := range p.groups {
		p.upgradeGroup(&p.groups[i])
	}
}

// unknownGroup stands for all gateway groups where no source shows one.
func unknownGroup() Group { return Group{Name: "(each)", ShortID: "gateways"} }

// shortID returns what a group is called in keys, as a word of a shell.
func (p *plan) shortID(g *Group) string {
	if len(p.groups) == 0 {
		return p.blank("short id of the gateway group", "the Dashboard shows it in the command by which gateways are installed; no source of this run lists gateway groups")
	}
	return word(g.ShortID)
}

// slug returns the part of a step's id that names a gateway group.
func slug(g *Group) string { return remedy.Escape(g.Key()) }

func (p *plan) upgradeGroup(g *Group) {
	to := tag(gateway, p.hop.path.To)
	minutes := p.o.Times.of(g)
	id := "upgrade-gateways-" + slug(g)
	if p.standing(g) != behind {
		p.keepGroup(g, Step{ID: id, Owner: gateways, GatewayGroup: g.ShortID})
		return
	}
	p.add(Step{
		ID: id, Title: "Upgrade gateway group " + g.Label() + " to " + to, Owner: gateways, Minutes: minutes, GatewayGroup: g.ShortID, Instances: len(g.Live()),
		Text: strategy(g) + " A few error lines in the logs of gateways are expected meanwhile and can be ignored." + p.strayNote(g) +
			p.releasesNote(g) + toolNote(p.releases(version.GatewayChart, g.ShortID)),
		Command:   p.groupCommand(g, to, minutes),
		Expect:    expectGroup(g, to),
		Check:     "On the Gateway Instances page of the group every new instance is online with version " + to + " and compatible; its metrics show requests again.",
		OnFailure: "take the new instances out of the load balancer, and roll this group back: the others and the control plane can stay", GoTo: "rollback-gateways-" + slug(g),
		Undo: "go back to the old image: old gateways work with the new control plane",
	})
}

func expectGroup(g *Group, to string) string {
	if n := len(g.Live()); n > 0 {
		return plural.Of(n, "instance runs ", "instances run ") + to + "; no instance of the old release is left online"
	}
	return "every instance runs " + to + "; no instance of the old release is left online"
}

// strategy says how the instances of a group are replaced.
func strategy(g *Group) string {
	live := g.Live()
	names := make([]string, len(live))
	for i, one := range live {
		names[i] = one.Name
	}
	switch len(live) {
	case 0:
		if len(g.Instances) > 0 {
			return "No instance of the group was alive when it was read: find out whether it serves traffic at all."
		}
		return "How many instances the group has is not known: replace them one after the other, the first one alone and under watch."
	case 1:
		return "One instance is alive (" + names[0] + "): replacing it interrupts its traffic for as long as a start takes. Deploy a second one first, take both into the load balancer, and only then replace the old one; or accept the interruption and announce it."
	}
	return fmt.Sprintf("Rolling: %d instances are alive (%s). Deploy the first new one, send it a part of the traffic and watch it; if it answers as the old ones do, replace the others one after the other, each out of the load balancer first.",
		len(live), strings.Join(names, ", "))
}

// strayNote names what may start this group.
func (p *plan) strayNote(g *Group) string {
	if stray := p.stray(); len(stray) > 0 && !p.owns(g) {
		return " Files that may start these gateways, without saying of which group they are: " + strings.Join(stray, "; ") + "."
	}
	return ""
}

// releasesNote says that several Helm releases start the gateways of a group.
func (p *plan) releasesNote(g *Group) string {
	if n := len(p.releases(version.GatewayChart, g.ShortID)); n > 1 {
		return fmt.Sprintf(" The files have %d Helm releases for it, each with blanks of its own: where they are layers of one, make the runbook again with --config FILE,FILE.", n)
	}
	return ""
}

// groupCommand returns the commands for every way in which the gateways of a group are started.
func (p *plan) groupCommand(g *Group, to string, minutes int) string {
	var all []string
	c := p.chart(version.GatewayChart)
	releases := p.releases(version.GatewayChart, g.ShortID)
	for i := range releases {
		all = append(all, p.deploy(&releases[i], minutes)...)
	}
	services, objects := p.apart(gateway, g.ShortID)
	for i, files := range services {
		if i > 0 {
			all = append(all, pause(true))
		}
		all = append(all, up(compose(&files[0]), files, true)...)
		if n := len(g.Live()); n > len(files) {
			all = append(all, comment(fmt.Sprintf("%s starts %d of %d live instances: do the same on each other machine, one after the other", files[0].File, len(files), n)))
		}
	}
	for i := range objects {
		all = append(all, p.setImage(&objects[i], p.newImage(&objects[i])), p.rollout(&objects[i], minutes))
	}
	if len(all) == 0 {
		all = append(all, p.asGenerated(g, c, to))
	}
	return lines(all...)
}

// asGenerated returns the command of the vendor's guide, which the Dashboard generates for a gateway group.
func (p *plan) asGenerated(g *Group, c remedy.Chart, to string) string {
	about := "gateway group " + g.Label()
	const find = "in the command by which the gateways were installed; the Dashboard shows it: gateway group, Add Gateway Instance, Kubernetes"
	secret := p.blank("TLS secret of "+about, find)
	release := ""
	if v := pinned(c); v != "" {
		release = " --version " + v
	}
	set := func(values ...string) string {
		var b strings.Builder
		for i, v := range values {
			key, value, _ := strings.Cut(v, "=")
			b.WriteString("  --set '" + key + "'=" + value)
			if i < len(values)-1 {
				b.WriteString(" \\\n")
			}
		}
		return b.String()
	}
	return lines(
		"# how this group is started is not known: this is the command that the Dashboard generates for Helm, with the new image tag.",
		"# Take the one by which it was installed, and change only the tag and --version.",
		"helm upgrade --install "+p.helm(&Release{}, about).at()+" api7/gateway"+release+" \\",
		set("etcd.auth.tls.enabled=true", "etcd.auth.tls.existingSecret="+secret, "etcd.auth.tls.certFilename=tls.crt", "etcd.auth.tls.certKeyFilename=tls.key",
			"etcd.auth.tls.sni=api7ee3-dp-manager", "etcd.auth.tls.verify=true", "gateway.tls.existingCASecret="+secret, "gateway.tls.certCAFilename=ca.crt",
			"apisix.extraEnvVars[0].name="+groupVariable, "apisix.extraEnvVars[0].value="+p.shortID(g),
			"etcd.host[0]="+p.blank("address of DP Manager, such as https://dp-manager:7943", find),
			"apisix.replicaCount="+p.replicas(g), "apisix.image.repository=api7/api7-ee-3-gateway", "apisix.image.tag="+to),
	)
}

func (p *plan) replicas(g *Group) string {
	if n := len(g.Live()); n > 0 {
		return strconv.Itoa(n)
	}
	return p.blank("number of instances of gateway group "+g.Label(), "the Gateway Instances page")
}
