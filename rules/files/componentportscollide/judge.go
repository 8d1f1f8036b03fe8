package componentportscollide

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule"
)

// taken is a listener of a program.
type taken struct {
	*program
	listener
}

// judge reports the ports of a host that several components take, each port once.
func (h *host) judge(p *rule.Pass, on profilers) {
	slices.SortFunc(h.programs, func(a, b *program) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), strings.Compare(a.subject.Ref.ID, b.subject.Ref.ID))
	})
	all := h.listeners(p)
	for i, first := range all {
		earlier := collisions(first, all[:i])
		others := slices.DeleteFunc(collisions(first, all[i+1:]), func(o taken) bool { // the earlier one's finding names both
			return slices.ContainsFunc(earlier, func(e taken) bool { return e.meets(o.listener) })
		})
		if len(others) > 0 {
			p.Report(h.finding(on, first, others))
		}
	}
}

// listeners returns what counts of the programs: where it is not known that they share the host, only what is written.
func (h *host) listeners(p *rule.Pass) []taken {
	var all []taken
	for _, one := range h.programs {
		for _, d := range one.doubts {
			if h.told && len(h.programs) > 1 {
				p.Unknown(one.subject, d.place, d.why)
			}
		}
		for _, l := range one.listeners {
			if h.told || l.written {
				all = append(all, taken{one, l})
			}
		}
	}
	return all
}

// collisions returns the listeners of other components that exclude one.
func collisions(one taken, all []taken) []taken {
	var others []taken
	for _, other := range all {
		if other.kind != one.kind && other.meets(one.listener) {
			others = append(others, other)
		}
	}
	return others
}

func (h *host) finding(on profilers, first taken, others []taken) rule.Finding {
	names := make([]string, len(others))
	evidence := []rule.Evidence{first.evidence()}
	for i, o := range others {
		names[i] = "the " + o.name + " (" + o.key + ")"
		evidence = append(evidence, o.evidence())
	}
	f := rule.Finding{
		Subject: first.subject, Pointer: first.place, Part: strconv.Itoa(first.port), Evidence: evidence,
		Message: first.key + ": port " + strconv.Itoa(first.port) + " is also taken by " + strings.Join(names, " and "),
		Remediation: []rule.Step{
			{When: rule.Before, Text: "Give each of them a port of its own. Switch off a profiler that nobody reads with server.pprof.enable: false."},
			{When: rule.After, Text: "Look for \"address already in use\" in the logs of the components."},
		},
	}
	mine := append([]taken{first}, others...)
	switch {
	case !h.told:
		f.Severity = rule.Notice
		f.Message += "; if they run on one host, and not in separate containers, only one of them gets it"
		return f
	case slices.ContainsFunc(mine, func(t taken) bool { return t.had }):
		f.Severity = rule.Notice
		f.Evidence = append(f.Evidence, rule.Evidence{Name: "not new", Value: on.from + " already has these defaults"})
	}
	f.Message += ". They share " + h.name + ", where only one of them gets it"
	return f
}

// evidence names a component, its file and what it takes.
func (t taken) evidence() rule.Evidence {
	how := ", by default"
	switch {
	case t.gained:
		how = ", by default from 3.9.0 on"
	case t.written:
		how = ""
	}
	return rule.Evidence{Name: t.name, Value: t.String() + how + " (" + t.subject.Ref.ID + ")"}
}
