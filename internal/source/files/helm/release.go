package helm

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/source/files/dialect"
	"github.com/api7-preflight/api7-preflight/internal/source/files/image"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Release is one of the vendor's charts with the values that it is installed with.
type Release struct {
	ID, From  string
	Chart     string
	Under     string // the key of its values in those of a chart that depends on it; empty: they are its own
	Version   string // of the chart; empty: not known
	VersionAt estate.Position
	Named     bool   // a deployment tool names it: its layers are known
	Open      string // why more values may be set than these; empty if they are all
	Layers    []string
	Values    *tree.Node
	Layer     bool // they may lie over those of another file
	Unpacked  bool // they are the values.yaml of the vendor's chart itself, unpacked
	Tool      Tool
	Folder    string // of the chart that depends on it; empty: none, or not known
}

// Tool is what a file of a deployment tool calls a release: Kind is that of its object, else "Kustomization" or "helmfile". It
// is zero for values that Helm gets as they are.
type Tool struct{ Kind, Namespace, Name string }

// Release returns the release of a chart that a document has values for, under a key or, if that is empty, of its own.
func (c *Charts) Release(d *tree.Document, chart, key string, values *tree.Node, layers []string) *Release {
	r := &Release{ID: d.ID(), From: d.From(), Chart: chart, Under: key, Layers: layers, Values: values}
	if key != "" {
		r.ID += "#" + key
	}
	if use, ok := c.Version(d.Folder(), chart, key); ok {
		r.Version, r.VersionAt = use.Version, use.At
	}
	r.Unpacked = key == "" && c.Unpacked(d)
	if own := c.In(d.Folder()); own != nil && own.Umbrella() {
		r.Folder = own.Folder
	}
	return r
}

// Bare returns the release of a chart on which c depends, as it is installed without values.
func (c *Chart) Bare(use Dependency) *Release {
	r := &Release{
		ID: c.At.File + "#" + use.Key, From: c.At.File, Chart: use.Name, Version: use.Version, VersionAt: use.At,
		Under: use.Key, Layers: []string{c.At.File}, Values: tree.Empty(use.At), Folder: c.Folder,
	}
	if use.Own != nil {
		r.Values = use.Values(nil)
		r.Layers = append(r.Layers, use.Own.At().File)
	}
	return r
}

// Part is a component that a release starts: its container, and the configuration file that the chart writes for it.
type Part struct {
	ID        string // of the file
	Settings  *tree.Node
	Whole     bool     // the values hold the whole file: the chart adds nothing
	Names     []Naming // what the values call its settings, where that is not their own name
	Mount     string   // by which the container mounts the file; empty: it is not said
	Container *image.Container
}

// Naming says what the owner of a setting calls it.
type Naming struct{ Pointer, Name string }

// controlPlane are what the control plane's chart installs: the tree of values that becomes the component's file, and
// the one that says how it is started, which is called as the component is.
var controlPlane = []struct{ component, settings string }{
	{image.Dashboard, "dashboard_configuration"},
	{image.DPManager, "dp_manager_configuration"},
	{image.Portal, "developer_portal_configuration"},
	{image.FileServer, "file_server_configuration"},
}

// Parts returns what the chart makes of the values of the release.
func (r *Release) Parts() []Part {
	if r.Chart == version.GatewayChart {
		return []Part{r.gateway()}
	}
	var all []Part
	for _, c := range controlPlane {
		if !r.installs(c.component) {
			continue
		}
		settings := r.Values.Member(c.settings)
		if !settings.IsMap() {
			settings = tree.Empty(r.Values.At())
		}
		all = append(all, Part{
			ID: r.ID + "#" + c.settings, Settings: settings,
			Container: r.container(c.component, r.Values.Get(c.component+".image"), r.Values.Get(c.component+".extraEnvVars")),
		})
	}
	return all
}

// installs reports whether the chart starts a component with these values. The portal is on by default, the file server
// off.
func (r *Release) installs(component string) bool {
	switch component {
	case image.Portal:
		return !r.Values.Get("developer_portal_configuration.enable").IsFalse()
	case image.FileServer:
		return r.Values.Get("file_server.enabled").IsTrue()
	}
	return true
}

// defaultRepository is what the charts name.
var defaultRepository = map[string]string{
	image.Dashboard: "api7/api7-ee-3-integrated", image.DPManager: "api7/api7-ee-dp-manager",
	image.Portal: "api7/api7-ee-developer-portal", image.FileServer: "api7/api7-ee-file-server", image.Gateway: "api7/api7-ee-3-gateway",
}

// container returns the container that a release starts for a component.
func (r *Release) container(component string, n, env *tree.Node) *image.Container {
	c := &image.Container{
		ID: r.ID + "#" + component, From: r.From, Found: image.InHelm, Component: component, At: r.Values.At(), Chart: r.Chart, ChartVer: r.Version,
		Variables: image.Variables(env),
	}
	if n != nil {
		c.At = n.At()
	}
	c.Name.Repository = image.Path(partOf(n.Get("repository")))
	known, ok := version.ChartImage(r.Chart, r.Version)
	if tag := partOf(n.Get("tag")); len(tag) > 0 {
		c.Name.Tag, c.TagFrom, c.At = tag, "image", n.Get("tag").At()
		if r.Unpacked && tag.String() == known {
			c.TagFrom = "chart"
		}
	} else if ok && component != image.Portal && component != image.FileServer {
		c.Name.Tag, c.TagFrom, c.At = dialect.Plain(known), "chart", r.VersionAt
	}
	if len(c.Name.Repository) == 0 {
		c.Name.Repository = dialect.Plain(defaultRepository[component])
	}
	return c
}

// partOf returns a part of an image's name, unknown if it is not in the file.
func partOf(n *tree.Node) dialect.Text {
	if why := n.Unknown(); why != "" {
		return dialect.Unknown(why)
	}
	return dialect.Plain(n.Text())
}

// Apart notes values of one chart in one folder that were read each by itself.
func Apart(releases []*Release) []estate.Note {
	type chart struct{ folder, name string }
	files := map[chart][]string{}
	var order []chart
	for _, r := range releases {
		if len(r.Layers) != 1 || r.Named || r.Layer {
			continue
		}
		key := chart{filepath.Dir(r.Layers[0]), r.Chart}
		if len(files[key]) == 0 {
			order = append(order, key)
		}
		if !slices.Contains(files[key], r.Layers[0]) {
			files[key] = append(files[key], r.Layers[0])
		}
	}
	var notes []estate.Note
	for _, key := range order {
		if same := files[key]; len(same) > 1 {
			notes = append(notes, estate.Note{What: few.Of(same...).String(), Why: fmt.Sprintf("values of chart %s: each was read by itself, as a release of its own; "+
				"where they are layers of one release, give --config %s,… in the order in which Helm gets them", key.name, same[0])})
		}
	}
	return notes
}
