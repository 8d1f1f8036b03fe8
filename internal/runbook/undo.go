package runbook

import (
	"encoding/json"
	"regexp"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
)

// The parts of commands that save an object, and that take something off it.
var (
	saves   = regexp.MustCompile(`^curl .*? -o ('(?:[^']|'\\'')*') (".*)$`)
	removes = regexp.MustCompile(`^curl .*? -X PATCH .*?--data '(\[\{"op":"remove","path":"[^"']*"\}\])' (".*)$`)
	deletes = regexp.MustCompile(`^curl .*? -X DELETE (".*)$`)
)

// once returns a command that saves an object so that it does not replace what it saved before: after the object was
// changed, that is the only original.
func once(line string) string {
	if m := saves.FindStringSubmatch(line); m != nil {
		return "[ -e " + m[1] + " ] || " + line
	}
	return line
}

// undone is an object that the preparation changes and of which it has saved what was there before.
type undone struct {
	file string   // where it is saved, quoted
	back []string // commands that put back what commands took off
	hand bool     // something of it is taken off by hand
}

// undoing returns what leads back from what a finding asks for before the upgrade; nil if it only saves, or changes what
// nothing has saved.
func undoing(f *report.Finding) *undone {
	u := &undone{}
	for _, s := range f.Remediation {
		if s.When != "before" {
			continue
		}
		if m := saves.FindStringSubmatch(s.Command); m != nil {
			u.file = m[1]
			continue
		}
		if line := u.inverse(s.Command); line != "" {
			u.back = append(u.back, line)
		} else {
			u.hand = true
		}
	}
	if u.file == "" || len(u.back) == 0 && !u.hand {
		return nil
	}
	return u
}

// inverse returns the command that undoes one, with what is saved; empty: there is none.
func (u *undone) inverse(line string) string {
	const send = `curl -fsS -H "X-API-KEY: $API7_TOKEN" -X `
	const from = ` -H 'Content-Type: application/json' --data-binary @- `
	if m := removes.FindStringSubmatch(line); m != nil && u.file != "" {
		var ops []struct {
			Path string `json:"path"`
		}
		if json.Unmarshal([]byte(m[1]), &ops) != nil {
			return ""
		}
		parts := strings.Split(strings.TrimPrefix(ops[0].Path, "/"), "/")
		for i := range parts {
			parts[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(parts[i])
		}
		steps, _ := json.Marshal(parts) // texts can always be written
		path, _ := json.Marshal(ops[0].Path)
		program := `[{op: "add", path: ` + string(path) + `, value: (.value | getpath(` + string(steps) + `))}]`
		return "jq " + remedy.Quote(program) + " " + u.file + " | " + send + "PATCH" + from + m[2]
	}
	if m := deletes.FindStringSubmatch(line); m != nil && u.file != "" {
		return "jq '{plugins: .value.plugins}' " + u.file + " | " + send + "PUT" + from + m[1]
	}
	return ""
}

// undoPreparation plans how what the preparation took off comes back on the old release. The backup is made after it, and
// does not have it.
func (p *plan) undoPreparation() {
	a := p.cleared()
	if len(a.objects) == 0 {
		return
	}
	s := Step{
		ID: "undo-preparation", Title: "Put back on the old release what the preparation took off", Owner: ownersOf(a.objects), When: "during", Objects: a.objects, Severity: a.severity,
		Text: "Whether or not the database was restored: the backup was made after the preparation, and does not have it. " +
			"It is put back from the saved files, which hold the objects as they were: run this in the folder that has them, when the control plane runs " + p.hop.path.From.String() + " again.",
		Command: a.together(p.more(a, "before")), Expect: "every command ends without an error, and services answer as they did before the preparation",
		Check:     p.recheck("check", "", " finds them again"),
		OnFailure: "stop at the first error, and put the object back by hand: its file says how it was", Undo: "prepare again before the next window",
	}
	if s.Command == "" {
		s.Expect = "services answer as they did before the preparation"
	}
	p.add(s)
}

// cleared returns what the preparation of this hop takes off and what leads back. What the scripts take off they put back.
func (p *plan) cleared() *action {
	a := &action{known: map[string]bool{}}
	for f := range p.due() {
		if p.o.Does[Task{f.Fingerprint, "before"}] {
			continue
		}
		u := undoing(f)
		if u == nil {
			continue
		}
		a.take(f, Object{Owner: p.ownerOf(&f.Object)}, strings.Join(u.back, "\n"))
	}
	return a
}

// alsoBack names the steps that put back what the preparation took off, as the end of a list; empty: there is none.
func (p *plan) alsoBack() string {
	var text strings.Builder
	for _, id := range []string{"undo-preparation", "undo-before"} {
		name := p.id(id)
		if p.book.Step(name) == nil {
			continue
		}
		text.WriteString(", then `" + name + "`")
		if id == "undo-before" {
			text.WriteString(" where the database was not restored")
		}
	}
	return text.String()
}
