package runbook

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Observe sets the states of the steps of a runbook that was made earlier by what reports on its windows, in their order,
// and facts show now, and counts them. Of steps whose state nothing shows it says so.
func (r *Runbook) Observe(now []*report.Report, f *Facts) {
	for i := range min(len(r.Windows), len(now)) {
		o := &observer{book: r, f: f, judged: now[i].Judged(), found: map[string]bool{}}
		for one := range now[i].Findings.All() {
			if one.Waived == nil {
				o.found[one.Fingerprint] = true
			}
		}
		o.window(&r.Windows[i])
	}
	r.Progress = progressOf(r)
	r.Progress.Compared = true
}

// observer compares a runbook with what is seen now.
type observer struct {
	book   *Runbook
	f      *Facts
	judged map[string]bool
	found  map[string]bool // findings, by fingerprint
	to     version.Version // of the window
	ahead  bool            // the control plane runs the target of the window
}

func (o *observer) window(w *Window) {
	o.to, _ = version.Parse(w.To) // a runbook of another program: nothing compares with the zero version
	state, _ := o.controlPlane()
	o.ahead = state == Done
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
	for i := range s.Objects {
		one := &s.Objects[i]
		switch {
		case o.found[one.Fingerprint] && o.ahead:
			one.Status = Unseen
		case o.found[one.Fingerprint]:
			one.Status = Open
		case o.judged[cmp.Or(one.Rule, s.Rule)]:
			one.Status = Done
		default:
			one.Status = Unseen
		}
		t.add(one.Status)
	}
	switch {
	case t.Open > 0 && t.Done > 0:
		return Open, fmt.Sprintf("%d of %d are dealt with", t.Done, len(s.Objects))
	case t.Open > 0:
		return Open, "the assessment still finds " + many(t.Open, "object", "objects")
	case t.Unseen > 0 && o.ahead:
		return Unseen, "the control plane is upgraded already: what is found now may have been put back"
	case t.Unseen > 0:
		return Unseen, "the rule was not judged in full"
	}
	return Done, "the assessment finds it no longer"
}

// group returns the state of a gateway group: what its live instances run.
func (o *observer) group(s *Step) (Status, string) {
	at := slices.IndexFunc(o.f.Groups, func(g Group) bool { return g.ShortID == s.GatewayGroup })
	if at < 0 {
		return Unseen, "no source shows the instances of the group"
	}
	live := o.f.Groups[at].Live()
	done := 0
	for _, i := range live {
		if o.reached(i.Version) {
			done++
		}
	}
	switch {
	case len(live) == 0:
		return Unseen, "no live instance of the group was seen"
	case done == len(live):
		return Done, fmt.Sprintf("%s %s", many(done, "live instance runs", "live instances run"), o.to)
	}
	return Open, fmt.Sprintf("%d of %s %s", done, many(len(live), "live instance runs", "live instances run"), o.to)
}

func (o *observer) reached(text string) bool {
	v, err := version.Parse(text)
	return err == nil && !o.to.IsZero() && !v.Less(o.to)
}

// controlPlane returns whether a running control plane says that it has the version of the target.
func (o *observer) controlPlane() (Status, string) {
	if len(o.f.Running) == 0 {
		return Unseen, "no source shows the version that the control plane runs: --admin-api does"
	}
	for _, v := range o.f.Running {
		if o.to.IsZero() || v.Less(o.to) {
			return Open, "the control plane runs " + v.String()
		}
	}
	return Done, "the control plane runs " + o.f.Running[0].String()
}

// files returns whether the files name the images of the target.
func (o *observer) files() (Status, string) {
	seen, old := 0, ""
	for _, c := range o.f.Containers {
		if titles[c.Component] == "" || c.Tag == "" {
			continue
		}
		seen++
		if !o.reached(c.Tag) && old == "" {
			old = title(c.Component) + " has " + c.Tag + " in " + c.File
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
