package runbook

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

// Task is something that a finding asks for: before or after the upgrade.
type Task struct{ Fingerprint, When string }

// file returns a file of the folder as a word of a shell that also runs it; without a folder, its name.
func (p *plan) file(name string) string {
	if p.o.Out == "" {
		return name
	}
	path := strings.TrimRight(p.o.Out, "/") + "/" + name
	if strings.HasPrefix(path, "-") {
		path = "./" + path
	}
	return word(path)
}

// scripted returns the objects of this hop for which the scripts do something at a time.
func (p *plan) scripted(when string) []Object {
	var all []Object
	if len(p.o.Does) == 0 {
		return nil
	}
	for f := range p.due() {
		if p.o.Does[Task{f.Fingerprint, when}] {
			one := Object{Owner: p.ownerOf(&f.Object)}
			one.about(f)
			all = append(all, one)
		}
	}
	return all
}

// finds reports whether a rule has a finding in this hop.
func (p *plan) finds(rule string) bool {
	for f := range p.due() {
		if f.Rule == rule {
			return true
		}
	}
	return false
}

// tryScripts plans the dry run of before.sh, days before.
func (p *plan) tryScripts() {
	if len(p.scripted("before")) == 0 {
		return
	}
	p.add(Step{
		ID: "try-before", Title: "Let before.sh say what it will do", Owner: controlPlane,
		Text: "It saves what the upgrade must not meet and takes it off, for all objects of all rules; it does so in the window, in step `" + p.id("run-before") + "`. Without --apply it only reads. " +
			"README.txt beside it says how it treats Canary Rules, gateway groups that enforce publishing, and configuration that ADC sends.",
		Command:   p.file("before.sh"),
		Expect:    "exit code 0, or 4 and a list of what it leaves to a person: do that now, or write down who does it in the window",
		OnFailure: "exit code 1: it says at which object it stopped, and why", Undo: "nothing is changed",
	})
}

// runBefore plans before.sh after the backup, so that the backup has everything as it was.
func (p *plan) runBefore() {
	objects := p.scripted("before")
	if len(objects) == 0 {
		return
	}
	p.add(Step{
		ID: "run-before", Title: "Save and take off what the upgrade must not meet", Owner: controlPlane, Objects: objects, Severity: report.SeverityBreaking, Clears: true, Minutes: p.o.Times.Scripts,
		Text:    "After the backup, so that it has everything as it was. What the script saves in the folder saved is the only other original, and holds secrets.",
		Command: p.file("before.sh") + " --apply",
		Expect:  "exit code 0; a second run says that it changed nothing", Check: p.file("before.sh"),
		OnFailure: "exit code 4: do by hand what it prints, then run it again. Exit code 1: it says where it stopped; run it again when the cause is gone, and it goes on there. To give up", GoTo: "undo-before",
		Undo: "`" + p.file("after.sh") + " --undo --apply`, on the old release",
	})
}

// runAfter plans after.sh.
func (p *plan) runAfter() {
	objects := p.scripted("after")
	if len(objects) == 0 {
		return
	}
	p.add(Step{
		ID: "run-after", Title: "Put back what was taken off", Owner: controlPlane, Objects: objects, Severity: report.SeverityBreaking,
		Text:    "In the form that the new release takes: where it wants upstreams of the service itself, they are made there. The first run only says what it would do.",
		Command: lines(p.file("after.sh")+" || test $? -eq 4", p.file("after.sh")+" --apply"),
		Expect:  "exit code 0; a third run says that it changed nothing", Check: p.file("after.sh"),
		OnFailure: "exit code 4: do by hand what it prints, then run it again. Exit code 1: it says where it stopped; run it again when the cause is gone, and it goes on there",
		Undo:      "take it off again in the Dashboard",
	})
}

// undoScripts plans the way back from the preparation, and from before.sh.
func (p *plan) undoScripts() {
	p.undoPreparation()
	if len(p.scripted("before")) == 0 {
		return
	}
	p.add(Step{
		ID: "undo-before", Title: "Put back on the old release what before.sh took off", Owner: controlPlane, When: "during",
		Text:    "Only where the database was not restored: the backup was made before before.sh, and has everything.",
		Command: p.file("after.sh") + " --undo --apply",
		Expect:  "exit code 0", OnFailure: "exit code 1: it says where it stopped; the files in the folder saved are the originals", Undo: "run before.sh again",
	})
}

// offMeanwhile says which answers differ because of what the scripts have taken off.
func (p *plan) offMeanwhile() string {
	if len(p.scripted("before")) == 0 {
		return ""
	}
	return " What before.sh has taken off is still off: an answer that a Traffic Split or a Canary Rule decides may differ until run-after; test-again compares it."
}

// expected says which findings the decision to begin may still meet.
func (p *plan) expected() string {
	text := ""
	if len(p.scripted("before")) > 0 {
		text = "; or 1 with findings that step `" + p.id("run-before") + "` takes away, and no others"
	}
	if p.finds("template-runtime-config") {
		text += ". Runtime configuration of service templates is found until the upgrade deletes it: once it is saved, it is waived (--waivers)"
	}
	return text
}

// saveRequests says where the acceptance requests are.
func (p *plan) saveRequests() string {
	if p.o.Out == "" {
		return "Save the requests of the acceptance test below as acceptance.sh and run them against the gateways as they are."
	}
	return "Run the requests of the acceptance test against the gateways as they are."
}
