package engine

import (
	"cmp"
	"hash/maphash"
	"maps"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// owners knows the labels of what objects belong to: a route has often none of its own, and its service says whose it is.
// Resources come in any order and findings are few among a million, so the labels of each possible parent are kept until
// the end: some 40 bytes for each that has any, and each text once. Only those that a finding asks for are decoded.
type owners struct {
	seed    maphash.Seed
	parents [256]bool // kinds whose labels are kept
	labels  map[uint64]labelled
	texts   map[string]uint32 // index in sets
	sets    []labelSet
}

// labelled refers to the labels of one object.
type labelled struct {
	set     uint32
	running bool
}

// labelSet is what is written in the labels field of at least one object.
type labelSet struct {
	text   string
	labels map[string]string // as reports show them; nil: not decoded yet
}

// hasLabels selects the resources that have any.
var hasLabels = estate.Sieve{Field: "labels", Words: []string{`"`}}

// withParents adds what the needed kinds belong to. It is read even if no rule looks at it, so that an object has the same
// owner whichever rules are judged.
func withParents(need estate.Need) {
	for k := range maps.Clone(need.Kinds) {
		if parent := k.Parent(); parent != 0 {
			need.Kinds[parent] = true
		}
	}
}

// want prepares for what will be read.
func (o *owners) want(need estate.Need) {
	o.seed, o.labels, o.texts = maphash.MakeSeed(), map[uint64]labelled{}, map[string]uint32{}
	for k := range need.Kinds {
		o.parents[k.Parent()] = true
	}
	o.parents[0] = false // of what belongs to nothing
}

// wish tells sources to deliver every resource whose labels are kept.
func (o *owners) wish(need estate.Need) {
	for _, k := range estate.Kinds() {
		if o.parents[k] {
			need.Sieves[k] = append(need.Sieves[k], hasLabels)
		}
	}
}

// learn keeps the labels of r. If it is seen several times, their order does not matter.
func (o *owners) learn(r *estate.Resource) {
	if !o.parents[r.Kind] || !hasLabels.Selects(r) {
		return
	}
	text := r.Field("labels").Raw()
	set, known := o.texts[string(text)]
	if !known {
		set = uint32(len(o.sets)) //nolint:gosec // as many need more memory than there is
		o.sets = append(o.sets, labelSet{text: string(text)})
		o.texts[o.sets[set].text] = set
	}
	at, is := o.at(estate.Ref{Kind: r.Kind, Group: r.Group.ShortID, ID: r.ID}), labelled{set, r.Origin.Running}
	if was, seen := o.labels[at]; !seen || o.compare(is, was) < 0 {
		o.labels[at] = is
	}
}

// compare puts the labels first that gateways run.
func (o *owners) compare(a, b labelled) int {
	if a.running != b.running {
		if a.running {
			return -1
		}
		return 1
	}
	return cmp.Compare(o.sets[a.set].text, o.sets[b.set].text)
}

// at returns what stands for an object in little memory.
func (o *owners) at(ref estate.Ref) uint64 {
	var h maphash.Hash
	h.SetSeed(o.seed)
	_ = h.WriteByte(byte(ref.Kind))
	_, _ = h.WriteString(ref.Group)
	_ = h.WriteByte(0)
	_, _ = h.WriteString(ref.ID)
	return h.Sum64()
}

// of returns the labels of an object, under any name that a source has for its gateway group.
func (o *owners) of(kind estate.Kind, group estate.Group, id string, g *groups) map[string]string {
	best, found := o.labels[o.at(estate.Ref{Kind: kind, Group: group.ShortID, ID: id})]
	for _, name := range []string{group.ID, group.Name} {
		other, seen := o.labels[o.at(estate.Ref{Kind: kind, Group: name, ID: id})]
		if seen && (!found || o.compare(other, best) < 0) && g.of(estate.Group{ShortID: name}).ShortID == group.ShortID {
			best, found = other, true
		}
	}
	if !found {
		return nil
	}
	set := &o.sets[best.set]
	if set.labels == nil {
		set.labels = labels(estate.NewValue([]byte(set.text)).Labels())
	}
	return set.labels
}

// whose returns the labels that tell whose an object is: its own, and for keys that it lacks those of what it belongs to.
// sights are the findings on it, and their gateway groups are those of the installation.
func (s *stream) whose(sights []rule.Finding) map[string]string {
	out := map[string]string{}
	for _, f := range sights {
		fill(out, labels(f.Subject.Labels))
	}
	for _, f := range sights {
		if on := f.Subject; on.Parent != "" {
			fill(out, s.owners.of(on.Ref.Kind.Parent(), on.Group, on.Parent, &s.groups))
		}
	}
	return out
}

// fill adds the labels whose keys are not there yet.
func fill(out, more map[string]string) {
	for k, v := range more {
		if _, has := out[k]; !has {
			out[k] = v
		}
	}
}
