package window

import (
	"bytes"
	_ "embed" // of the text
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/report"
)

//go:embed files/README.txt
var readmeText string

// readme returns the text that says how to use the files, which objects they are about, and what they do not do.
func readme(r *report.Report, objects []object, left []Left) []byte {
	var b bytes.Buffer
	b.WriteString(strings.NewReplacer("%FROM%", line(r.Path.From), "%TO%", line(r.Path.To)).Replace(readmeText))
	b.WriteString("THE OBJECTS\n\n")
	for _, o := range objects {
		what := "save"
		if len(o.Plugins) > 0 {
			what = "save, delete " + strings.Join(o.Plugins, ", ")
		}
		fmt.Fprintf(&b, "  %s: %s\n", name(o.Kind, o.ID, o.GroupName), what)
	}
	if len(left) == 0 {
		return b.Bytes()
	}
	b.WriteString("\nWHAT IS LEFT TO DO BY HAND\n\n")
	for _, l := range left {
		fmt.Fprintf(&b, "  %s %s (%s): %s. Why: %s\n", l.When, name(l.Object.Kind, l.Object.ID, l.Object.GatewayGroup), line(l.Rule),
			strings.TrimSuffix(line(l.Text), "."), line(l.Why))
	}
	return b.Bytes()
}

func name(kind, id, group string) string {
	text := strings.ReplaceAll(line(kind), "_", " ") + " " + line(id)
	if group != "" {
		text += " on gateway group " + line(group)
	}
	return text
}

// line returns a text in one line, without anything that a terminal acts on.
func line(s string) string {
	quoted := strconv.Quote(s)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
