// Package instance reads what rules about gateway instances have in common: whether one is alive, and what it runs.
package instance

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/rows"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Instance is a gateway instance that the control plane lists.
type Instance struct {
	// Resource is valid during the call only.
	Resource *estate.Resource
	// Offline is true of an instance that has been silent for two hours.
	Offline bool
	// Version is what it runs; zero where that cannot be compared, and Doubt says why.
	Version version.Version
	Doubt   string
}

// On calls f for every instance that was heard of within [estate.InstanceRemoved]. A heartbeat that cannot be read is a doubt, and the
// instance is taken for alive; so is a version that cannot be compared, of an instance that is alive.
func On(p *rule.Pass, f func(Instance)) {
	p.On(estate.Instance, func(r *estate.Resource) {
		age, why := silence(r)
		if why != "" {
			p.Doubt(r, "/heartbeat_age_seconds", "whether the instance is alive cannot be read: "+why)
		}
		if age >= estate.InstanceRemoved.Seconds() {
			return
		}
		i := Instance{Resource: r, Offline: age >= estate.InstanceOffline.Seconds()}
		i.Version, i.Doubt = runs(r)
		if i.Doubt != "" && !i.Offline {
			p.Doubt(r, "/version", i.Doubt)
		}
		f(i)
	})
}

// Below is a sign that an instance which is not gone runs a release below v, or one that is not known.
func Below(v version.Version) rows.Sign {
	return rows.Sign{Kind: estate.Instance, Body: func(r *estate.Resource) bool {
		age, _ := silence(r)
		is, doubt := runs(r)
		return age < estate.InstanceRemoved.Seconds() && (doubt != "" || is.Less(v))
	}}
}

// silence returns for how many seconds nothing was heard of an instance; 0 where that is not known, and why it cannot be
// read.
func silence(r *estate.Resource) (seconds float64, why string) {
	field := r.Field("heartbeat_age_seconds").Number()
	if n, ok := field.Known(); ok {
		seconds, _ = n.Float64()
	}
	return seconds, field.Unreadable()
}

// runs reads the version of an instance.
func runs(r *estate.Resource) (v version.Version, doubt string) {
	text, known := r.Field("version").Text().Known()
	v, err := Parse(text)
	if !known || err != nil {
		return version.Version{}, fmt.Sprintf("version %q cannot be compared with that of the control plane", redact.Found(text))
	}
	return v, ""
}

// Parse reads the version of a gateway, to be compared with releases of the control plane. A gateway may run a patch of a
// release that the control plane has no patch of: 3.9.10-patch.1 belongs to 3.9.10.
func Parse(text string) (version.Version, error) {
	base, _, _ := strings.Cut(text, "-patch.")
	return version.Parse(base)
}

// List counts instances and names the first few.
type List struct {
	few.Names

	seen map[string]bool // by id
}

// Add adds an instance, once: two sources may show the same.
func (l *List) Add(i Instance) {
	if l.seen[i.Resource.ID] {
		return
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[strings.Clone(i.Resource.ID)] = true
	name := i.Resource.Name()
	if group := i.Resource.Group.Label(); group != "" {
		name += " on " + group
	}
	if i.Offline {
		name += " (offline)"
	}
	l.Names.Add(name)
}

// Count writes how many instances there are: "1 gateway instance".
func Count(n int) string { return plural.Of(n, "gateway instance", "gateway instances") }

// Image reads the release of an image; ok is false where it is not known, which is a doubt. Helm values that name no tag
// are none: the chart that they are given to names it.
func Image(p *rule.Pass, r *estate.Resource) (v version.Version, ok bool) {
	tag := r.Field("tag").Text()
	text, named := tag.Known()
	v, err := Parse(text)
	switch why := tag.Unreadable(); {
	case why != "":
		p.Doubt(r, "/tag", "which release the image is of is not known: "+why)
	case !named && r.Field("found").TextOrEmpty() == "helm":
	case !named:
		p.Doubt(r, "", "which release the image is of is not known: it has no tag")
	case err != nil:
		p.Doubt(r, "/tag", fmt.Sprintf("which release the image is of is not known: its tag is %q", redact.Found(text)))
	default:
		return v.Release(), true
	}
	return version.Version{}, false
}
