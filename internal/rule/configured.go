package rule

import (
	"fmt"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Configured is a fact about a key of configuration files or of Helm values: that it is there, that it is not, or what
// it says.
type Configured struct {
	Case Case
	// In are the kinds of files to look at. Pointers of this row are below their settings; of an image, below the image.
	In []estate.Kind
	// Chart is the chart whose values are meant, where In has Helm values.
	Chart string
	// Charts are the first versions of that chart with the change. They count, instead of the releases of Case, where the
	// version of the chart is known: several versions of a chart install one release.
	Charts version.Change
	// Keys are JSON pointers. Each key that is there, and is not null, is a finding of its own; with If, only where that
	// holds of its value.
	Keys []string
	// Absent is the JSON pointer of a key that is a finding where it is not there, so that a default stands for it, and the
	// path changes that; with If, only where that holds of the settings.
	Absent string
	// Default is what stands for an absent key.
	Default Default
	// If is asked of the settings where there are neither Keys nor Absent.
	If Condition
	// Charted is true of keys that the vendor's chart writes, or wrote until the change, into its ConfigMaps by itself, or has
	// in its default values. In such a ConfigMap, and in the values of an unpacked chart, they need not be anybody's setting,
	// and the chart of the target brings both anew: a notice. What is a notice anyhow is not reported where it is certain
	// that they are a chart's.
	Charted bool
	// Severity is that of a file that the path changes; zero: the rule's. Where the installed release has the change
	// already it is a notice.
	Severity Severity
	// Says is what is wrong. It follows the path of the key and a colon.
	Says string
	// Steps are what to do.
	Steps []Step
}

// Default is what stands for a key that a file leaves out; empty where that is not publicly known.
type Default struct {
	Chart   string // what the Helm chart writes into the file
	Program string // what the program does without the key
}

// About returns the case.
func (c Configured) About() Case { return c.Case }

// Watch looks at every file of the kinds.
func (c Configured) Watch(p *Pass) {
	for _, k := range c.In {
		p.On(k, func(r *estate.Resource) {
			if k != estate.HelmValues || r.Field("chart").TextOrEmpty() == c.Chart {
				c.judge(p, r)
			}
		})
	}
}

func (c Configured) judge(p *Pass, r *estate.Resource) {
	settings := Settings(r)
	switch {
	case len(c.Keys) > 0:
		for _, key := range c.Keys {
			c.present(p, r, settings, key)
		}
	case c.Absent != "":
		c.absent(p, r, settings)
	default:
		truth := c.If(settings)
		c.report(p, r, truth, truth.at, named(r, "", truth.facts))
	}
}

// present reports a key that is there.
func (c Configured) present(p *Pass, r *estate.Resource, settings estate.Value, key string) {
	v := follow(settings, key)
	switch {
	case v.Raw() == nil && v.Unreadable() != "": // something above it comes from elsewhere
		c.report(p, r, unclear(key, "whether it is set cannot be told: %s", v.Unreadable()), key, nil)
	case v.Absent():
	case c.If == nil:
		c.report(p, r, Truth{yes: true}, key, nil)
	default:
		truth := c.If(v)
		if truth.doubt.why != "" {
			truth = Truth{doubt: truth.doubt.below(key)}
		}
		c.report(p, r, truth, key+truth.at, named(r, key, truth.facts))
	}
}

// absent reports a key that is not there, at the nearest place above it that is.
func (c Configured) absent(p *Pass, r *estate.Resource, settings estate.Value) {
	truth := Lacks(c.Absent)(settings)
	if c.If != nil {
		truth = All(Lacks(c.Absent), c.If)(settings)
	}
	if open := r.Field("open").TextOrEmpty(); truth.yes && open != "" {
		truth = unclear(c.Absent, "not set in what was read, and there are %s", open)
	}
	c.report(p, r, truth, c.Absent, append(named(r, "", truth.facts), c.Default.evidence(r, follow(settings, c.Absent))))
}

// evidence says what stands for the key, and whose default that is. A null in Helm values deletes the default of the
// chart.
func (d Default) evidence(r *estate.Resource, v estate.Value) Evidence {
	whose, value := "of the program that reads the file", d.Program
	switch {
	case r.Field("found").TextOrEmpty() == "helm" && v.Raw() == nil:
		whose, value = "of the chart", d.Chart
	case madeByChart(r) && d.Chart != "":
		whose, value = "of the chart, which makes the ConfigMap anew", d.Chart
	}
	if value == "" {
		return Evidence{Name: "default", Value: "the one " + whose + ", which is not documented"}
	}
	return Evidence{Name: "default", Value: value + ", the one " + whose}
}

// report says what the truth about the key at a pointer is.
func (c Configured) report(p *Pass, r *estate.Resource, truth Truth, key string, evidence []Evidence) {
	if !truth.yes && truth.doubt.why == "" {
		return
	}
	installed, already := c.already(p, r)
	if truth.doubt.why != "" && !already { // of what is installed already no more than a notice could come
		p.Doubt(r, Place(r, key), truth.doubt.named(KeyPath(r, truth.doubt.at)))
	}
	if !truth.yes {
		return
	}
	f := Finding{
		Subject: r.Subject(), Case: c.Case, Part: key, Pointer: Place(r, key), Severity: c.Severity,
		Message: KeyPath(r, key) + ": " + c.Says, Evidence: evidence, Remediation: c.Steps,
	}
	if f.Severity == 0 {
		f.Severity = p.severity
	}
	why, known := c.mitigated(r, f.Severity, installed, already)
	if known {
		return
	}
	if why.Name != "" {
		f.Severity, f.Evidence = Notice, append(f.Evidence, why)
	}
	p.Report(f)
}

// named returns facts about the value of a key as evidence, under the names that the owner of the file gives the fields.
func named(r *estate.Resource, key string, facts []fact) []Evidence {
	var out []Evidence
	for _, f := range facts {
		switch {
		case f.field == "": // the value itself
			out = append(out, f.named("value"))
		case f.inner:
			out = append(out, f.named(plainly(f.field)))
		default:
			out = append(out, f.named(KeyPath(r, key+f.field)))
		}
	}
	return out
}

// mitigated says what makes a finding a notice, if anything does; known is true where nobody needs to hear of it.
func (c Configured) mitigated(r *estate.Resource, severity Severity, installed string, already bool) (why Evidence, known bool) {
	switch charted := c.Charted && (rendered(r) || Unpacked(r)); {
	case already && (c.Absent != "" || severity == Notice):
		return why, true // the default is what it was, and what was good to know is known
	case charted && severity == Notice && (madeByChart(r) || Unpacked(r)):
		return why, true // nobody wrote it, and the chart takes it out again
	case already:
		why = Evidence{Name: "not new", Value: installed + " has this change already"}
	case charted && Unpacked(r):
		why = PerhapsTheCharts()
	case charted && !c.Case.Change.IsZero():
		why = Evidence{Name: "perhaps not yours", Value: chartWrote}
	}
	return why, false
}

// already reports whether what is installed has the change, and what that is. What nobody can tell counts as gained.
func (c Configured) already(p *Pass, r *estate.Resource) (installed string, already bool) {
	if c.Case.Change.IsZero() {
		return "", false
	}
	from := c.Case.path(p.Path).From.Release()
	if r.Kind != estate.HelmValues || c.Charts.IsZero() {
		return from.String(), c.Case.Change.In(from)
	}
	return Installed(r, from, c.Charts, c.Case.Change)
}

// Settings returns what the pointers of a row are below: the content of a configuration file or the Helm values, and of
// an image the image itself.
func Settings(r *estate.Resource) estate.Value {
	if r.Kind == estate.Image {
		return estate.NewValue(r.Body)
	}
	return r.Field("settings")
}

// Setting returns the value of a key, by its JSON pointer below the settings. It is unreadable where something above it
// comes from elsewhere.
func Setting(r *estate.Resource, pointer string) estate.Value { return follow(Settings(r), pointer) }

// Place returns the pointer into the resource of the nearest place above a key, or of the key itself, that is there.
func Place(r *estate.Resource, key string) string {
	base := "/settings"
	if r.Kind == estate.Image {
		base = ""
	}
	_, at := jsonptr.Walk(Settings(r), key, step)
	return base + at
}

// step goes down one key of a JSON pointer.
func step(v estate.Value, key string) (estate.Value, bool) {
	entries, _ := elements(v)
	for _, e := range entries {
		if e.Key == key {
			return e.Value, true
		}
	}
	return estate.Value{}, false
}

// trees are the values of the control plane's chart that become the files of its components.
func trees() map[estate.Kind]string {
	return map[estate.Kind]string{
		estate.DashboardConfig: "dashboard_configuration", estate.DPManagerConfig: "dp_manager_configuration",
		estate.PortalConfig: "developer_portal_configuration", estate.FileServerConfig: "file_server_configuration",
	}
}

// KeyPath returns the path of a key as its owner writes it, for a pointer below the settings:
// "server.listen.port", "apisix.node_listen[0].ip", and in Helm values "dashboard_configuration.server.listen.port".
func KeyPath(r *estate.Resource, pointer string) string {
	var b strings.Builder
	b.WriteString(r.Field("under").TextOrEmpty())
	write := func(key string) {
		if b.Len() > 0 && key != "" {
			b.WriteByte('.')
		}
		b.WriteString(key)
	}
	if r.Field("found").TextOrEmpty() == "helm" {
		write(trees()[r.Kind])
	}
	names, _ := r.Field("names").Members().Known()
	for _, n := range names { // what Helm values call by another name
		if below, inside := jsonptr.Below(pointer, n.Key); inside {
			write(n.Value.TextOrEmpty())
			pointer = below
			break
		}
	}
	for key := range jsonptr.Keys(pointer) {
		switch {
		case key == "":
		case strings.Trim(key, "0123456789") == "":
			b.WriteString("[" + key + "]")
		case strings.ContainsAny(key, ". "):
			fmt.Fprintf(&b, "[%q]", key)
		default:
			write(key)
		}
	}
	if b.Len() == 0 {
		return "the file as a whole"
	}
	return b.String()
}
