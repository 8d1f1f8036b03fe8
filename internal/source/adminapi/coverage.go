package adminapi

import (
	"fmt"
	"maps"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
)

// promise records on how many gateway groups a template says that it is published.
func (r *reading) promise(template string, o object) {
	if last := o.get("last_published"); !last.Empty() && last.Word() != "0" {
		r.once = append(r.once, template)
	}
	var n int
	if _, err := fmt.Sscan(o.word("published_gateway_groups_count"), &n); err != nil || n == 0 {
		return
	}
	if r.promised == nil {
		r.promised = map[string]int{}
	}
	r.promised[template] = n
}

// publish records that a template was seen published on a gateway group.
func (r *reading) publish(template string, g estate.Group) {
	if r.published == nil {
		r.published = map[string]map[string]bool{}
	}
	if r.published[template] == nil {
		r.published[template] = map[string]bool{}
	}
	r.published[template][g.ID] = true
}

// forgotten records a gap for templates that were published once and are not now. Their versions can be published
// again, but the Admin API lists versions of published services only.
func (r *reading) forgotten() {
	kinds := []estate.Kind{estate.ServiceVersion, estate.RouteVersion}
	if !r.wants(kinds...) {
		return
	}
	for _, template := range r.once {
		if len(r.published[template]) == 0 {
			const why = "it was published once but is not now; the Admin API lists versions of published services only"
			r.gap(kinds, estate.Gap{
				ID: estate.APILimits, What: "historic versions of template " + template, Why: why,
				Names: []string{template}, Plain: why,
			})
		}
	}
}

// unseen records a gap for templates that are published on more gateway groups than the token can see. The control
// plane leaves what a user may not read out of lists, without saying so.
func (r *reading) unseen() {
	if !r.wants(estate.Publication, estate.Service) {
		return
	}
	kinds := []estate.Kind{estate.Publication, estate.Service, estate.Route, estate.StreamRoute}
	for _, template := range slices.Sorted(maps.Keys(r.promised)) {
		if n, seen := r.promised[template], len(r.published[template]); seen < n {
			why := fmt.Sprintf("it is published to %s but visible on %d", plural.Of(n, "gateway group", "gateway groups"), seen)
			r.gap(kinds, estate.Gap{
				ID: estate.Privileges, What: "published services of template " + template, Why: why,
				Next:  "let the token's user read every gateway group and published service (" + readPublished + "), and run again",
				Names: []string{template}, Plain: why,
			})
		}
	}
}

// coverage returns how completely each needed kind was read.
func (r *reading) coverage() estate.Coverage {
	r.cut()
	r.unseen()
	r.forgotten()
	c := estate.Coverage{Kinds: []estate.KindCoverage{}, Notes: r.allNotes()}
	for _, k := range estate.Kinds() {
		if !r.need.Wants(k) || !r.src.Holds(k) {
			continue
		}
		t := r.tally(k)
		gaps := slices.Clone(t.gaps)
		if t.hidden > 0 {
			gaps = append(gaps, estate.Gap{ID: estate.Refused, What: plural.Of(t.hidden, "more list", "more lists") + " of kind " + k.String(), Why: "not read either"})
		}
		if grouped(k) {
			gaps = append(gaps, r.src.missing...)
		}
		c.Kinds = append(c.Kinds, estate.KindCoverage{Kind: k, Count: t.count, Gaps: gaps})
	}
	return c
}

// grouped reports whether resources of kind k are found by gateway group.
func grouped(k estate.Kind) bool {
	switch k { //nolint:exhaustive // all others are
	case estate.ServiceTemplate, estate.RouteTemplate, estate.StreamRouteTemplate, estate.CustomPlugin,
		estate.PluginConfig, estate.ConsumerGroup, estate.Token, estate.PermissionPolicy, estate.APIProduct, estate.Developer:
		return false
	}
	return true
}

func (r *reading) allNotes() []estate.Note {
	if r.src.release.note.What != "" {
		r.note(r.src.release.note.What, "%s", r.src.release.note.Why)
	}
	if r.src.insecure {
		r.note(r.src.client.base.String(), "the certificate of the control plane was not verified: anyone in between could read the token and change the answers")
	}
	if r.src.plain {
		r.note(r.src.client.base.String(), "read without TLS: the token and the answers were sent in clear text")
	}
	r.note("the Admin API", "it lists only what the token's user may read: use a user who may read everything")
	if r.wants(estate.PluginConfig, estate.ConsumerGroup) {
		r.note("plugin configs and consumer groups", "the control plane has no such resources; what other tools wrote into the gateways' store shows only in a database")
	}
	if r.wants(estate.ServiceVersion, estate.RouteVersion) {
		r.note("historic versions", "read through published services: the Admin API lists none for templates that are not published")
	}
	return r.notes
}
