package componentportscollide

import (
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/rules/internal/samefolder"
)

// program is a component with the file that it reads.
type program struct {
	component

	subject   estate.Subject
	found     string
	file      string
	listeners []listener
	doubts    []doubt
}

// doubt is something about a listener that cannot be read.
type doubt struct{ place, why string }

// read reads what a component listens on after the upgrade.
func read(on profilers, c component, r *estate.Resource) *program {
	in := reader{
		program: &program{component: c, subject: r.Subject(), found: strings.Clone(r.Field("found").TextOrEmpty()), file: samefolder.From(r)},
		r:       r, on: on,
	}
	for _, b := range c.blocks {
		in.block(b)
	}
	for _, b := range c.lists {
		in.list(b)
	}
	for _, key := range c.addresses {
		in.address(key)
	}
	return in.program
}
