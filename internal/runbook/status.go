package runbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Observe sets the states of the steps of a runbook that was made earlier by what reports on its windows, in their order,
// and facts show now, and counts them. Of steps whose state nothing shows it says so, and why.
func (r *Runbook) Observe(now []*report.Report, f *Facts) {
	r.complete()
	r.observe(now, f)
	r.Progress.Compared = true
	if r.Doubt == "" && len(now) > 0 {
		r.Doubt = r.unlike(now)
	}
}

func (r *Runbook) observe(now []*report.Report, f *Facts) {
	end, _ := version.Parse(r.Path.To) // a runbook of another program: nothing compares with the zero version
	for i := range min(len(r.Windows), len(now)) {
		o := &observer{book: r, f: f, now: now[i], judged: now[i].Judged(), found: map[string]bool{}, end: end}
		for one := range now[i].Findings.All() {
			if one.Waived == nil {
				o.found[one.Fingerprint] = true
			}
		}
		o.window(&r.Windows[i])
	}
	r.Progress = progressOf(r)
}

// observer compares a runbook with what is seen now.
type observer struct {
	book   *Runbook
	f      *Facts
	now    *report.Report
	judged map[string]bool
	found  map[string]bool // findings, by fingerprint
	to     version.Version // of the window
	end    version.Version // of the whole path
	ahead  bool            // the control plane runs the target of the window, or something newer
}

func (o *observer) window(w *Window) {
	o.to, _ = version.Parse(w.To) // as above
	o.ahead = len(o.f.Running) > 0 && !o.to.IsZero() && !slices.ContainsFunc(o.f.Running, func(v version.Version) bool { return v.Less(o.to) })
	for i := range o.book.Steps {
		s := &o.book.Steps[i]
		if s.Window != w.Number || s.Phase == Rollback {
			continue
		}
		s.Status, s.Why = o.state(s)
	}
}

// state returns the state of a step, and how it is known.
func (o *observer) state(s *Step) (Status, string) {
	switch {
	case s.Clears && len(s.Objects) > 0:
		return o.objects(s)
	case s.Phase == DataPlane:
		return o.group(s)
	case s.Phase == ControlPlane && s.Minutes > 0:
		return o.controlPlane()
	case s.Makes:
		return o.files()
	}
	return Unseen, "no source shows whether it was done"
}

// objects sets the states of the objects of a step, and returns its own.
func (o *observer) objects(s *Step) (Status, string) {
	var t Tally
	why := ""
	for i := range s.Objects {
		one := &s.Objects[i]
		switch {
		case o.found[one.Fingerprint] && o.ahead:
			one.Status, one.Why = Unseen, "the control plane is upgraded already: what is found now may have been put back"
		case o.found[one.Fingerprint]:
			one.Status, one.Why = Open, ""
		default:
			one.Status, one.Why = Done, o.blind(one, cmp.Or(one.Rule, s.Rule))
			if one.Why != "" {
				one.Status = Unseen
			}
		}
		why = cmp.Or(why, one.Why)
		t.add(one.Status)
	}
	unseen := ""
	if t.Unseen > 0 {
		unseen = fmt.Sprintf("; %d cannot be seen: %s", t.Unseen, why)
	}
	switch {
	case t.Open > 0 && t.Done > 0:
		return Open, fmt.Sprintf("%d of %d are dealt with", t.Done, len(s.Objects)) + unseen
	case t.Open > 0:
		return Open, "the assessment still finds " + plural.Of(t.Open, "object", "objects") + unseen
	case t.Unseen > 0 && t.Done > 0:
		return Unseen, fmt.Sprintf("%d of %d are dealt with", t.Done, len(s.Objects)) + unseen
	case t.Unseen > 0:
		return Unseen, why
	}
	return Done, "the assessment finds it no longer"
}

// blind says why nobody can tell that an object which is not found is dealt with; empty if it is.
func (o *observer) blind(one *Object, rule string) string {
	kind, unknown := estate.ParseKind(one.Kind)
	switch {
	case !o.judged[rule]:
		return "the rule was not judged in full"
	case unknown != nil: // the upgrade path, or a place without a kind
		return ""
	case one.File != "" && !o.f.Read[read(one.Group, one.File)]:
		return one.File + " was not given"
	case one.File == "" && kind.InFiles():
		return "the file that it was found in is not known"
	case !o.reads(one.Kind, one.File == ""):
		return "no source of now shows all of the kind " + strings.ReplaceAll(one.Kind, "_", " ")
	case one.File == "" && !o.reachesGroup(one):
		return "gateway group " + cmp.Or(one.Group, one.GroupID) + " was not read"
	}
	return ""
}

// reads reports whether a source of now shows all of a kind: one of the control plane's, or any.
func (o *observer) reads(kind string, control bool) bool {
	return slices.ContainsFunc(o.now.Sources, func(s report.Source) bool {
		return shows(&s, kind) && (!control || ofControlPlane(&s))
	})
}

// shows reports whether a source shows all of a kind.
func shows(s *report.Source, kind string) bool {
	return slices.ContainsFunc(s.Kinds, func(k report.SourceKind) bool { return k.Kind == kind && k.Complete })
}

// ofControlPlane reports whether a source is the control plane, a backup of it, or a snapshot of either, and not a dump of a
// single gateway group.
func ofControlPlane(s *report.Source) bool {
	return slices.ContainsFunc(s.Kinds, func(k report.SourceKind) bool {
		return k.Count > 0 && (k.Kind == estate.GatewayGroup.String() || k.Kind == estate.Database.String())
	})
}

// reachesGroup reports whether the gateway group of an object was read now.
func (o *observer) reachesGroup(one *Object) bool {
	if one.Group == "" && one.GroupID == "" {
		return true
	}
	was := report.GatewayGroup{ID: one.GroupID, Name: one.Group}
	for _, g := range o.book.GatewayGroups {
		if one.GroupID != "" && g.ID == one.GroupID || one.GroupID == "" && (g.Name == one.Group || g.ShortID == one.Group) {
			was = g
		}
	}
	return slices.ContainsFunc(o.now.GatewayGroups, func(g report.GatewayGroup) bool { return sameGroup(was, g) })
}

// sameGroup reports whether two gateway groups are one: by the first of id, short id and name that both have.
func sameGroup(a, b report.GatewayGroup) bool {
	switch {
	case a.ID != "" && b.ID != "":
		return a.ID == b.ID
	case a.ShortID != "" && a.ShortID != a.Name && b.ShortID != "" && b.ShortID != b.Name:
		return a.ShortID == b.ShortID
	}
	return cmp.Or(a.Name, a.ShortID, a.ID) == cmp.Or(b.Name, b.ShortID, b.ID)
}

// group returns the state of a gateway group: what its live instances run.
func (o *observer) group(s *Step) (Status, string) {
	at := slices.IndexFunc(o.f.Groups, func(g Group) bool { return g.ShortID == s.GatewayGroup })
	if at < 0 {
		return Unseen, "no source shows the instances of the group"
	}
	live := o.f.Groups[at].Live()
	done, beyond := 0, ""
	for _, i := range live {
		switch o.reached(i.Version) {
		case reachedIt:
			done++
		case passedIt:
			beyond = cmp.Or(beyond, i.Version)
		case behindIt:
		}
	}
	text := fmt.Sprintf("%d of %s %s", done, plural.Of(len(live), "live instance runs", "live instances run"), o.to)
	switch {
	case len(live) == 0:
		return Unseen, "no live instance of the group was seen"
	case beyond != "":
		return Open, text + "; one runs " + beyond + ", newer than " + o.end.String()
	case done < len(live):
		return Open, text
	case len(live) < s.Instances:
		return Open, fmt.Sprintf("%s, and there were %d when the runbook was made", text, s.Instances)
	case !o.reads(estate.Instance.String(), true):
		return Unseen, text + ", but not all instances were read"
	}
	return Done, fmt.Sprintf("%s %s", plural.Of(done, "live instance runs", "live instances run"), o.versions(live))
}

// versions names what instances run that have all reached the target.
func (*observer) versions(live []Instance) string {
	var all []string
	for _, i := range live {
		all = append(all, i.Version)
	}
	return strings.Join(sorted(all), ", ")
}

// reach says how far something is that runs a version.
type reach int

const (
	behindIt  reach = iota // older than the target of the window, or not known
	reachedIt              // the target, or that of a later window
	passedIt               // newer than where the path ends
)

func (o *observer) reached(text string) reach {
	v, err := version.Parse(text)
	if err != nil {
		return behindIt
	}
	return o.reachedBy(v)
}

func (o *observer) reachedBy(v version.Version) reach {
	switch {
	case o.to.IsZero() || v.Less(o.to):
		return behindIt
	case !o.end.IsZero() && o.end.Release().Less(v.Release()):
		return passedIt
	}
	return reachedIt
}

// controlPlane returns whether a running control plane says that it has the version of the target.
func (o *observer) controlPlane() (Status, string) {
	if len(o.f.Running) == 0 {
		return Unseen, "no source shows the version that the control plane runs: --admin-api does"
	}
	for _, v := range o.f.Running {
		switch o.reachedBy(v) {
		case behindIt:
			return Open, "the control plane runs " + v.String()
		case passedIt:
			return Open, "the control plane runs " + v.String() + ", newer than " + o.end.String()
		case reachedIt:
		}
	}
	return Done, "the control plane runs " + o.f.Running[0].String()
}

// files returns whether the files name the images of the target.
func (o *observer) files() (Status, string) {
	for _, file := range o.book.Files {
		if !o.f.Read[file] {
			return Unseen, file + " was not given"
		}
	}
	seen, old := 0, ""
	for _, c := range o.f.Containers {
		if titles[c.Component] == "" || c.Tag == "" {
			continue
		}
		seen++
		if text := title(c.Component) + " has " + c.Tag + " in " + c.File; old == "" {
			switch o.reached(c.Tag) {
			case behindIt:
				old = text
			case passedIt:
				old = text + ", newer than " + o.end.String()
			case reachedIt:
			}
		}
	}
	switch {
	case seen == 0:
		return Unseen, "no source shows image tags"
	case old != "":
		return Open, old
	}
	return Done, "every image in the files has the tag of the target"
}

// progressOf counts the steps and the findings by their states. Ways back are no steps to do.
func progressOf(b *Runbook) Progress {
	var p Progress
	seen := map[string]bool{}
	for i := range b.Steps {
		s := &b.Steps[i]
		if s.Phase == Rollback {
			continue
		}
		p.Steps.add(s.Status)
		if !s.Clears {
			continue
		}
		for _, o := range s.Objects {
			if !seen[o.Fingerprint] {
				seen[o.Fingerprint] = true
				p.Findings.add(o.Status)
			}
		}
	}
	return p
}
