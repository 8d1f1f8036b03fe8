package runbook

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/api7-preflight/api7-preflight/internal/redact"
	"github.com/api7-preflight/api7-preflight/internal/report"
)

// action is one thing that the findings of a rule ask for, with all objects of which they ask it.
type action struct {
	rule, title, text, severity string

	commands []command
	known    map[string]bool // lines of commands
	objects  []Object
	last     bool // of its rule
	only     bool // it has no other
}

// command is what is run for one object.
type command struct{ object, line string }

// The number of commands that one step has, and of actions that one rule has. More are a case for scripts.
const (
	mostCommands = 200
	mostActions  = 40
)

// others is what is said of the actions of a rule that are too many.
const others = "What else the rule asks for differs from object to object. The report says it of each: api7-preflight check with --format json."

// gathering are the actions of a rule at a time.
type gathering struct {
	rule, gravest string

	actions map[string]*action // by their texts
	order   []string
}

// gathered returns what the findings of this hop ask for at a time, by rule, those with the gravest
// finding first. It holds no finding: there may be very many.
func (p *plan) gathered(when string) []*gathering {
	var all []*gathering
	at := map[string]*gathering{}
	for f := range p.due() {
		task := Task{f.Fingerprint, when}
		if p.o.Does[task] {
			continue
		}
		g := at[f.Rule]
		if g == nil {
			g = &gathering{rule: f.Rule, gravest: f.Severity, actions: map[string]*action{}}
			at[f.Rule], all = g, append(all, g)
		}
		g.gravest = graver(g.gravest, f.Severity)
		g.add(f, Object{Owner: p.ownerOf(&f.Object), Note: p.o.Left[task]}, when)
	}
	slices.SortStableFunc(all, func(a, b *gathering) int { return cmp.Compare(report.Gravity(a.gravest), report.Gravity(b.gravest)) })
	return all
}

// add adds what a finding asks for at a time. Texts of every finding come in its order as far as the findings agree.
func (g *gathering) add(f *report.Finding, one Object, when string) {
	next := 0
	for _, s := range f.Remediation {
		if s.When != when {
			continue
		}
		text := s.Text
		if g.actions[text] == nil && len(g.actions) >= mostActions {
			text = others
		}
		if i := slices.Index(g.order, text); i >= 0 {
			next = max(next, i+1)
		} else {
			g.order = slices.Insert(g.order, next, text)
			g.actions[text] = &action{rule: f.Rule, title: f.Title, text: text, severity: f.Severity, known: map[string]bool{}}
			next++
		}
		g.actions[text].take(f, one, s.Command)
	}
}

// take adds an object, of which owner and note are known.
func (a *action) take(f *report.Finding, one Object, line string) {
	a.severity = graver(a.severity, f.Severity)
	line = once(line)
	one.ByHand = line == ""
	one.about(f)
	if n := len(a.objects); n == 0 || a.objects[n-1].Fingerprint != f.Fingerprint {
		a.objects = append(a.objects, one)
	}
	if line != "" && !a.known[line] {
		a.known[line] = true
		a.commands = append(a.commands, command{one.Name, line})
	}
}

// about says which finding an object is.
func (o *Object) about(f *report.Finding) {
	o.Fingerprint, o.Name, o.Rule, o.Status = f.Fingerprint, objectName(&f.Object), f.Rule, Open
	o.Kind, o.Group, o.GroupID, o.File = f.Object.Kind, f.Object.GatewayGroup, f.Object.GatewayGroupID, f.Location.File
}

// graver returns the graver of two severities.
func graver(a, b string) string {
	if report.Gravity(b) < report.Gravity(a) {
		return b
	}
	return a
}

// objectName names an object; empty for the upgrade path, which is none.
func objectName(o *report.Object) string {
	if o.Kind == "path" || o.Kind == "" {
		return ""
	}
	name := strings.ReplaceAll(o.Kind, "_", " ") + " " + cmp.Or(redact.Title(o.Name), o.ID)
	if o.GatewayGroup != "" {
		name += " in " + redact.Title(o.GatewayGroup)
	}
	return strings.Join(strings.Fields(name), " ")
}

// ownerKey returns the label that tells whose objects are: that which most findings have.
func ownerKey(r *report.Report) string {
	counts := map[string]int{}
	for f := range r.Findings.All() {
		for key, value := range f.Object.Owner {
			if !redact.Hides(value) {
				counts[key]++
			}
		}
	}
	best := ""
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		if best == "" || counts[key] > counts[best] {
			best = key
		}
	}
	return best
}

// operators are the owners of objects by kind, where labels do not tell.
var operators = map[string]string{
	"": controlPlane, "dashboard_config": controlPlane, "dp_manager_config": controlPlane, "portal_config": controlPlane, "file_server_config": controlPlane,
	"helm_values": controlPlane, "image": controlPlane, "database": databases, "gateway_config": gateways, "instance": gateways,
	"permission_policy": administrators, "token": administrators, "path": controlPlane,
}

// ownerOf returns whose an object is: the value of the label that tells it, or a role.
func (p *plan) ownerOf(o *report.Object) string {
	if value := o.Owner[p.ownerLabel]; value != "" && !redact.Hides(value) {
		return p.ownerLabel + "=" + value
	}
	return cmp.Or(operators[o.Kind], objectOwners)
}

// act adds the step for one action.
func (p *plan) act(id string, a *action, when string) {
	title, rest := firstSentence(a.text)
	why := a.title + ". "
	if title == "" {
		title, why = a.title, ""
	}
	s := Step{
		ID: id, Title: title, Text: strings.TrimSpace(why + capital(rest)), When: when, Rule: a.rule, Severity: a.severity, Objects: a.objects, Clears: when == "before",
		Owner: ownersOf(a.objects), Command: a.together(p.more(a, when)),
	}
	explained := "`api7-preflight rules explain " + a.rule + "`"
	changes := strings.Contains(s.Command, "-X ")
	if a.only && strings.Contains(s.Command, " -o ") && !changes { // what is only saved is found all the same, until it is lost
		s.Clears = false
	}
	switch {
	case s.Command == "" && a.severity == report.SeverityBreaking:
		s.Expect, s.OnFailure, s.Undo = "done for every object", explained+" says more", "by hand, as it was done"
	case s.Command == "":
		s.Expect, s.OnFailure, s.Undo = "done, or its owner has decided that it does not matter", explained+" says more", "by hand, as it was done"
	case changes:
		s.Expect, s.OnFailure, s.Undo = "every command ends without an error", "stop at the first error; "+explained+" says more", "put the objects back from the files into which they were saved"
	default:
		s.Expect, s.OnFailure, s.Undo = "every command ends without an error, and its file is not empty", "stop: what is not saved cannot be put back", "nothing is changed"
	}
	if when == "before" && a.last {
		s.Check = p.recheck("check", " --only "+a.rule, "")
	}
	p.add(s)
}

// capital returns a text as the beginning of a sentence.
func capital(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if size == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// firstSentence cuts a text behind its first sentence, or part of one, if that is of a length for a heading; else first is
// empty. Text in backquotes is not cut.
func firstSentence(text string) (first, rest string) {
	const shortest, longest = 30, 110
	code, part := false, 0
	for i := 0; i < len(text) && i <= longest; i++ {
		last := i+1 == len(text)
		switch c := text[i]; {
		case c == '`':
			code = !code
		case code || !last && text[i+1] != ' ':
		case c == '.':
			return text[:i], strings.TrimSpace(text[i+1:])
		case (c == ':' || c == ';') && part == 0 && i >= shortest:
			part = i
		}
	}
	switch {
	case len(text) <= longest:
		return text, ""
	case part > 0:
		return text[:part], strings.TrimSpace(text[part+1:])
	}
	return "", text
}

// together returns the command of an action for all its objects. more says where the rest is, if there are too many.
func (a *action) together(more string) string {
	var all []string
	list := a.commands[:min(len(a.commands), mostCommands)]
	for _, c := range list {
		if len(a.objects) > 1 {
			all = append(all, comment(c.object))
		}
		all = append(all, c.line)
	}
	if rest := len(a.commands) - len(list); rest > 0 {
		all = append(all, fmt.Sprintf("# … and %d more: %s", rest, more))
	}
	return lines(all...)
}

// more says where the commands are that a step does not have: in scripts, if those can do it, else in the report.
func (p *plan) more(a *action, when string) string {
	const inReport = "the report of check has them (--format json)"
	for i := range a.objects {
		if p.o.Could[Task{a.objects[i].Fingerprint, when}] {
			return fmt.Sprintf("scripts do it for all: api7-preflight runbook%s --from %s --to %s --out window; what they leave, "+inReport, given(p.o.Sources), p.hop.path.From, p.hop.path.To)
		}
	}
	return inReport
}

// ownersOf names the owners of objects, those with most first.
func ownersOf(objects []Object) string {
	counts := map[string]int{}
	for i := range objects {
		counts[objects[i].Owner]++
	}
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	const shown = 5
	if rest := len(names) - shown; rest > 0 {
		names = append(names[:shown], fmt.Sprintf("%d more", rest))
	}
	return strings.Join(names, ", ")
}
