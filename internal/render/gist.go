package render

import (
	"cmp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// urgency says what a finding asks of people on the screen.
type urgency int

// The urgencies, the gravest first: what blocks the upgrade, or would if anything might; what does harm if nobody acts;
// what is good to know.
const (
	must urgency = iota
	should
	know
)

// urgent returns the urgency of a severity, given the severity that blocks.
func urgent(severity, failOn string) urgency {
	at := slices.Index(severities, severity)
	if at <= max(slices.Index(severities, failOn), 0) {
		return must
	}
	return urgency(min(max(at, int(should)), int(know)))
}

// String returns the word for it.
func (u urgency) String() string { return [...]string{"MUST", "should", "know"}[u] }

// style returns the style of that word.
func (u urgency) style() style { return [...]style{red, yellow, cyan}[u] }

// gist is what the screen says of one rule: one entry for its findings of all severities. Its counts and names are
// those of the most urgent.
type gist struct {
	rule    string
	urgency urgency
	worst   int // findings of that urgency
	milder  int // the others
	first   *report.Finding
	kinds   map[string]bool     // of the affected objects
	groups  map[string]*cluster // by gateway group, of objects outside groups under an empty name
	owners  map[string]int      // by label, as key=value
	actions map[string]int
	unsure  bool // there may be more
}

// cluster is a number of objects and the first of them by name.
type cluster struct {
	n     int
	names []*report.Finding
}

// someNames is how many objects of a gateway group are remembered by name.
const someNames = 6

// gists returns an entry for each rule with findings that are shown, neither waived nor known to the baseline, the gravest first.
func (p *page) gists(r *report.Report) []*gist {
	entries := map[string]*gist{}
	for f := range r.Findings.All() {
		if !f.Counts() || !p.filter.keeps(f) {
			continue
		}
		g := entries[f.Rule]
		if g == nil {
			g = newGist(f.Rule, know)
			entries[f.Rule] = g
		}
		g.add(f, urgent(f.Severity, r.FailOn))
	}
	list := make([]*gist, 0, len(entries))
	for _, g := range entries {
		list = append(list, g)
	}
	for _, rule := range r.Rules {
		if g := entries[rule.Rule]; g != nil {
			g.unsure = len(rule.Reasons) > 0 && !rule.Accepted
		}
	}
	slices.SortFunc(list, func(a, b *gist) int {
		return cmp.Or(
			cmp.Compare(a.urgency, b.urgency),
			-cmp.Compare(a.worst, b.worst),
			cmp.Compare(a.rule, b.rule),
		)
	})
	return list
}

func newGist(rule string, u urgency) *gist {
	return &gist{rule: rule, urgency: u, kinds: map[string]bool{}, groups: map[string]*cluster{}, owners: map[string]int{}, actions: map[string]int{}}
}

// add counts a finding of some urgency.
func (g *gist) add(f *report.Finding, u urgency) {
	if u > g.urgency {
		g.milder++
		return
	}
	if u < g.urgency {
		milder := g.milder + g.worst
		*g = *newGist(g.rule, u)
		g.milder = milder
	}
	if g.first == nil {
		g.first = f
	}
	g.worst++
	g.kinds[f.Object.Kind] = true
	g.actions[f.Action]++
	for k, v := range f.Object.Owner {
		g.owners[k+"="+v]++
	}
	group := g.groups[f.Object.GatewayGroup]
	if group == nil {
		group = &cluster{}
		g.groups[f.Object.GatewayGroup] = group
	}
	group.add(f)
}

// add counts an object, and remembers it if its name is among the first.
func (s *cluster) add(f *report.Finding) {
	s.n++
	at, _ := slices.BinarySearchFunc(s.names, f, byName)
	if at < someNames {
		s.names = slices.Insert(s.names, at, f)
		s.names = s.names[:min(len(s.names), someNames)]
	}
}

// byName orders findings as people order their objects: by kind, then by name with numbers in numeric order, then by
// place.
func byName(a, b *report.Finding) int {
	return cmp.Or(
		cmp.Compare(a.Object.Kind, b.Object.Kind),
		natural(called(a.Object), called(b.Object)),
		natural(a.Object.ID, b.Object.ID),
		natural(a.Location.File, b.Location.File),
		cmp.Compare(a.Location.Line, b.Location.Line),
		cmp.Compare(a.Location.Where, b.Location.Where),
		cmp.Compare(a.Fingerprint, b.Fingerprint),
	)
}

// action returns what to do with most of the objects, and when unless that is before the upgrade.
func (g *gist) action() string {
	best := ""
	for action, n := range g.actions {
		if best == "" || n > g.actions[best] || n == g.actions[best] && action < best {
			best = action
		}
	}
	if when := g.first.Timing; rank(when) > 0 && best != "" {
		return Sanitize(when) + ": " + best
	}
	return best
}

// aboutPath reports whether the findings are about the upgrade itself.
func (g *gist) aboutPath() bool { return len(g.kinds) == 1 && g.kinds["path"] }

// size says how many objects the entry is about, and after a plus sign how many have a milder finding; nothing if it is about the upgrade itself.
func (g *gist) size() string {
	if g.aboutPath() {
		return ""
	}
	one, many := g.noun()
	if inFile(g.first) {
		one, many = "place", "places"
	}
	text := count(g.worst, cmp.Or(one, "object"), cmp.Or(many, "objects"))
	if g.milder > 0 {
		text = thousands(g.worst) + "+" + thousands(g.milder) + " " + cmp.Or(many, "objects")
	}
	if g.unsure {
		text = "at least " + text
	}
	return text
}

// noun returns what all objects are, singular and plural; nothing if they may differ or that is too long for a column.
func (g *gist) noun() (one, many string) {
	if len(g.kinds) == 1 && g.milder == 0 {
		if one, many := noun(Sanitize(g.first.Object.Kind)); width(many) <= len("credentials") {
			return one, many
		}
	}
	return "", ""
}

// where says in at most limit columns in which gateway groups the objects are, and whose they are. Groups and owners that
// do not fit are counted.
func (g *gist) where(owner string, limit int) string {
	groups := map[string]int{}
	for name, s := range g.groups {
		if name != "" {
			groups[name] = s.n
		}
	}
	if outside := g.groups[""]; outside != nil && len(groups) > 0 {
		groups["in no group"] = outside.n
	}
	told := func(named, owners int) string {
		parts := []string{most(groups, named), g.whose(owner, owners)}
		return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), "; ")
	}
	for _, named := range [][2]int{{topics, topics}, {topics / 2, topics / 2}, {topics / 2, 2}, {topics / 2, 1}, {2, 1}, {1, 1}} {
		if text := told(named[0], named[1]); width(text) <= limit {
			return text
		}
	}
	return cut(told(1, 1), limit)
}

// whose says whose the objects are, by the label with that key. It names so many owners.
func (g *gist) whose(owner string, named int) string {
	values, labelled := map[string]int{}, 0
	for label, n := range g.owners {
		if key, value, _ := strings.Cut(label, "="); key == owner && owner != "" {
			values[cmp.Or(value, `""`)] = n
			labelled += n
		}
	}
	if len(values) == 0 {
		return ""
	}
	text := shown(owner) + " " + most(values, named)
	if rest := g.worst - labelled; rest > 0 {
		text += ", none " + thousands(rest)
	}
	return text
}

// names writes the first objects of each gateway group in at most limit columns, and how many there are besides. Of the
// upgrade itself it writes what was found.
func (g *gist) names(limit int) string {
	groups := make([]string, 0, len(g.groups))
	for name := range g.groups {
		groups = append(groups, name)
	}
	slices.SortFunc(groups, natural)
	if g.aboutPath() {
		return g.says(limit)
	}
	for listed := min(len(groups), topics); listed >= 1; listed-- {
		for each := someNames; each >= 1; each-- {
			if text := g.list(groups[:listed], each); width(text) <= limit {
				return text
			}
		}
	}
	return cut(g.list(groups[:1], 1), limit)
}

// says repeats what the first finding says, and counts the others. Findings about the upgrade itself differ in nothing else.
func (g *gist) says(limit int) string {
	more := ""
	if g.worst > 1 {
		more = " and " + thousands(g.worst-1) + " more"
	}
	return cut(Brief(g.first.Message), limit-width(more)) + more
}

// list names up to each objects of some groups, and counts the rest.
func (g *gist) list(groups []string, each int) string {
	var parts []string
	rest := g.worst
	for _, name := range groups {
		var names []string
		kind := ""
		if one, _ := g.noun(); one != "" { // it stands beside the number
			kind = g.first.Object.Kind
		}
		for _, f := range g.groups[name].names[:min(each, len(g.groups[name].names))] {
			word := called(f.Object)
			if inFile(f) {
				word = filePlace(f.Location)
			} else if f.Object.Kind != kind {
				kind = f.Object.Kind
				one, _ := noun(Sanitize(kind))
				word = one + " " + word
			}
			names = append(names, word)
			rest--
		}
		text := strings.Join(names, ", ")
		if len(g.groups) > 1 {
			text = cmp.Or(shown(name), "no group") + ": " + text
		}
		parts = append(parts, text)
	}
	text := strings.Join(parts, "; ")
	if rest > 0 {
		text += " and " + thousands(rest) + " more"
	}
	return text
}

// ownerKeys are the keys of labels by which people say whose an object is, the most telling first.
var ownerKeys = []string{"owner", "team", "squad", "maintainer", "contact", "department", "group"}

// ownerKey returns the key of the labels that say whose an object is: a usual one, else the one that most of the
// affected objects have, unless it tells each object from every other.
func ownerKey(list []*gist) string {
	objects, values := map[string]int{}, map[string]map[string]bool{}
	for _, g := range list {
		for label, n := range g.owners {
			key, value, _ := strings.Cut(label, "=")
			objects[key] += n
			if values[key] == nil {
				values[key] = map[string]bool{}
			}
			values[key][value] = true
		}
	}
	for _, key := range ownerKeys {
		if objects[key] > 0 {
			return key
		}
	}
	best := ""
	for key, n := range objects {
		if len(values[key]) < n && (best == "" || n > objects[best] || n == objects[best] && key < best) {
			best = key
		}
	}
	return best
}
