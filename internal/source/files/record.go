package files

import (
	"strconv"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/jsonptr"
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/helm"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// record is a resource.
type record struct {
	kind     estate.Kind
	id       string
	found    string // as in the body
	body     []byte
	at       estate.Position
	settings *tree.Node                 // nil: there are none
	places   map[string]estate.Position // of other fields, by their pointers
}

// recordsOf makes resources of what was found, and counts them.
func recordsOf(found finds) (records []*record, counts map[estate.Kind]int64) {
	for _, f := range found.files {
		records = append(records, ofSettingsFile(f))
	}
	for _, r := range found.releases {
		records = append(records, ofHelmValues(r))
	}
	for _, c := range found.Containers {
		records = append(records, ofContainer(c))
	}
	counts = map[estate.Kind]int64{}
	ids := map[estate.Ref]bool{}
	for _, r := range records {
		ref := estate.Ref{Kind: r.kind, ID: r.id}
		if ids[ref] {
			r.id += "@" + strconv.Itoa(r.at.Line) // two objects of one name in one file
		}
		ids[ref] = true
		counts[r.kind]++
	}
	return records, counts
}

func ofSettingsFile(f *settingsFile) *record {
	c := componentOf(f.is.Form)
	b := tree.Object{}
	b.Text("found", f.found)
	b.Text("from", f.from)
	b.Text("component", c.name)
	b.Text("chart", f.chart)
	b.Text("chart_version", f.chartVersion)
	b.Text("under", f.under)
	b.Text("open", f.open)
	if len(f.layers) > 0 {
		b.Texts("layers", f.layers)
	}
	b.Truth("unpacked", f.unpacked)
	if len(f.names) > 0 {
		names := tree.Object{}
		for _, n := range f.names {
			names.Text(n.Pointer, n.Name)
		}
		b.Raw("names", names.End())
	}
	replaced := tree.Object{}
	for pointer, from := range f.root.Replaced() {
		replaced.Text(pointer, from)
	}
	if !replaced.Empty() {
		b.Raw("replaced", replaced.End())
	}
	b.Raw("settings", f.root.AppendJSON(nil))
	return &record{kind: c.kind, id: f.id, found: f.found, body: b.End(), at: f.root.At(), settings: f.root}
}

func ofHelmValues(r *helm.Release) *record {
	b := tree.Object{}
	b.Text("found", foundHelm)
	b.Text("from", r.From)
	b.Text("chart", r.Chart)
	b.Text("chart_version", r.Version)
	b.Text("under", r.Under)
	b.Text("open", r.Open)
	b.Texts("layers", r.Layers)
	b.Truth("unpacked", r.Unpacked)
	if r.Tool != (helm.Tool{}) {
		tool := tree.Object{}
		tool.Text("kind", r.Tool.Kind)
		tool.Text("namespace", r.Tool.Namespace)
		tool.Text("name", r.Tool.Name)
		b.Raw("tool", tool.End())
	}
	b.Text("folder", r.Folder)
	b.Raw("settings", r.Values.AppendJSON(nil))
	places := map[string]estate.Position{}
	if r.Version != "" {
		places["/chart_version"] = r.VersionAt
	}
	return &record{kind: estate.HelmValues, id: r.ID, found: foundHelm, body: b.End(), at: r.Values.At(), settings: r.Values, places: places}
}

func ofContainer(c *image.Container) *record {
	b := tree.Object{}
	b.Text("found", string(c.Found))
	b.Text("from", c.From)
	if c.Document > 0 {
		b.Raw("document", []byte(strconv.Itoa(c.Document)))
	}
	b.Text("component", c.Component)
	b.Text("service", c.Service)
	if c.Workload != (image.Workload{}) {
		b.Raw("workload", workload(c.Workload))
	}
	part(&b, "repository", c.Name.Repository)
	part(&b, "tag", c.Name.Tag)
	part(&b, "digest", c.Name.Digest)
	b.Text("tag_from", c.TagFrom)
	if names := c.Name.Defaults(); len(names) > 0 {
		b.Texts("defaults", names)
	}
	if len(c.TagNames) > 0 {
		b.Texts("tag_variables", c.TagNames)
	}
	if len(c.Project) > 0 {
		b.Texts("project", c.Project)
	}
	b.Text("dotenv", c.Dotenv)
	b.Text("chart", c.Chart)
	b.Text("chart_version", c.ChartVer)
	b.Truth("host_network", c.HostNet)
	b.Truth("default_file", c.MountsDefaults())
	env, places := tree.Object{}, map[string]estate.Position{}
	for _, v := range c.Variables {
		env.Raw(v.Name, v.Value.AppendJSON(nil))
		places[jsonptr.Append("/environment", v.Name)] = v.Value.At()
	}
	if c.Open != "" {
		env.Raw("*", estate.AppendUnknown(nil, c.Open))
	}
	b.Raw("environment", env.End())
	return &record{kind: estate.Image, id: c.ID, found: string(c.Found), body: b.End(), at: c.At, places: places}
}

func workload(w image.Workload) []byte {
	b := tree.Object{}
	b.Text("kind", w.Kind)
	b.Text("namespace", w.Namespace)
	b.Text("name", w.Name)
	b.Text("container", w.Container)
	return b.End()
}

// part writes a part of an image's name, which may be unknown.
func part(b *tree.Object, key string, value dialect.Text) {
	if why := value.Missing(); why != "" {
		b.Raw(key, estate.AppendUnknown(nil, why))
		return
	}
	b.Text(key, value.String())
}

func (r *record) resource() *estate.Resource {
	return &estate.Resource{
		Kind: r.kind, ID: r.id, Body: r.body,
		Origin: estate.Origin{Source: kindName, Table: r.at.File, Locate: r.locate},
	}
}

// locate returns the position of what a JSON pointer into the body names.
func (r *record) locate(pointer string) estate.Position {
	if below, inside := jsonptr.Below(pointer, "/settings"); inside && r.settings != nil {
		return r.settings.Find(below)
	}
	for inside := true; inside; pointer, inside = jsonptr.Around(pointer) {
		if p, ok := r.places[pointer]; ok {
			return p
		}
	}
	return r.at
}
