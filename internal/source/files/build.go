package files

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
)

// build makes resources of what was collected.
func (s *Source) build(c *collection) {
	for _, f := range c.files {
		s.add(f.record())
	}
	for _, r := range c.releases {
		s.add(r.record())
	}
	for _, i := range c.images {
		s.add(i.record())
		e, known, note := i.evidence()
		if known {
			s.seen = append(s.seen, e)
		}
		if note != "" {
			c.note(fmt.Sprintf("image %s at %s", i.name, i.at), note)
		}
	}
	s.hold(c)
}

func (s *Source) add(r *record) {
	ref := estate.Ref{Kind: r.kind, ID: r.id}
	if s.ids[ref] {
		r.id += "@" + strconv.Itoa(r.at.line) // two objects of one name in one file
	}
	s.ids[ref] = true
	s.records = append(s.records, r)
	s.counts[r.kind]++
}

// kindOf is the kind of resource that a component's file is.
var kindOf = map[what]estate.Kind{ //nolint:gochecknoglobals // a table of facts
	dashboardFile: estate.DashboardConfig, dpManagerFile: estate.DPManagerConfig, portalFile: estate.PortalConfig,
	fileServerFile: estate.FileServerConfig, gatewayFile: estate.GatewayConfig,
}

var componentOf = map[what]string{ //nolint:gochecknoglobals // a table of facts
	dashboardFile: dashboardComponent, dpManagerFile: dpManagerComponent, portalFile: portalComponent,
	fileServerFile: fileServerComponent, gatewayFile: gatewayComponent,
}

// hold decides which kinds the files tell of. With a gap, something of any kind may have been missed.
func (s *Source) hold(c *collection) {
	for _, k := range estate.Kinds() {
		s.held[k] = k.InFiles() && (s.counts[k] > 0 || len(c.gaps) > 0)
	}
	if s.held[estate.DashboardConfig] || s.held[estate.DPManagerConfig] {
		for _, k := range []estate.Kind{estate.PortalConfig, estate.FileServerConfig} {
			if !s.held[k] {
				s.held[k], s.assumed[k] = true, true
				c.note(strings.ReplaceAll(k.String(), "_", " "), "no such file beside those of the control plane: taken to mean that the component is not installed")
			}
		}
	}
	if s.held[estate.DashboardConfig] && !s.held[estate.Image] {
		s.held[estate.Image], s.assumed[estate.Image] = true, true
		c.note("image", "no container image among the files: taken to mean that API7 is not started from files like these")
	}
	if len(s.records) > 0 && !c.rendered && !s.held[estate.HelmValues] {
		s.held[estate.HelmValues], s.assumed[estate.HelmValues] = true, true
		c.note("helm values", "none among the files: taken to mean that Helm does not install what they describe")
	}
}

func (f *settingsFile) record() *record {
	b := object{}
	b.text("found", f.found)
	b.text("from", f.from)
	b.text("component", componentOf[f.is.what])
	b.text("chart", f.chart)
	b.text("chart_version", f.chartVersion)
	b.text("under", f.under)
	b.text("open", f.open)
	if len(f.layers) > 0 {
		b.texts("layers", f.layers)
	}
	if f.unpacked {
		b.raw("unpacked", []byte("true"))
	}
	if len(f.names) > 0 {
		names := object{}
		for _, n := range f.names {
			names.text(n.pointer, n.name)
		}
		b.raw("names", names.end())
	}
	b.raw("settings", f.root.appendJSON(nil))
	return &record{kind: kindOf[f.is.what], id: f.id, found: f.found, body: b.end(), at: f.root.at, settings: f.root}
}

func (r *release) record() *record {
	b := object{}
	b.text("found", foundHelm)
	b.text("from", r.from)
	b.text("chart", r.chart)
	b.text("chart_version", r.chartVersion)
	b.text("under", r.under)
	b.text("open", r.open)
	b.texts("layers", r.layers)
	if r.unpacked {
		b.raw("unpacked", []byte("true"))
	}
	b.raw("settings", r.values.appendJSON(nil))
	places := map[string]place{}
	if r.chartVersion != "" {
		places["/chart_version"] = r.versionAt
	}
	return &record{kind: estate.HelmValues, id: r.id, found: foundHelm, body: b.end(), at: r.values.at, settings: r.values, places: places}
}

func (i *image) record() *record {
	places := map[string]place{}
	for _, v := range i.env {
		places[jsonptr.Append("/environment", v.name)] = v.node.at
	}
	return &record{kind: estate.Image, id: i.id, found: i.found, body: i.body(), at: i.at, places: places}
}
