package files

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/version"
)

// foundHelm marks what Helm values say: what they leave out, the chart's default values say.
const foundHelm = "helm"

// chart is a Chart.yaml: one of the vendor's, or one that depends on them.
type chart struct {
	folder string
	at     place
	uses   []dependency
	used   bool // values of the chart were read
	sought bool // base has been looked for
	base   *document
}

// dependency is one of the vendor's charts in a chart: itself, or under a key of its values.
type dependency struct {
	name    string
	key     string // empty: the values are the chart's own
	version string // exact; empty: a range
	at      place
}

var exactVersion = regexp.MustCompile(`^=?\s*v?([0-9]+\.[0-9]+\.[0-9]+)$`)

func exact(text string) string {
	if found := exactVersion.FindStringSubmatch(strings.TrimSpace(text)); found != nil {
		return found[1]
	}
	return ""
}

// readChart reads a Chart.yaml; nil if it has nothing to do with API7.
func readChart(path string, n *node) *chart {
	c := &chart{folder: filepath.Dir(path), at: n.get("name").at}
	name := n.get("name").scalar()
	if name == version.ControlPlaneChart || name == version.GatewayChart && strings.Contains(strings.ToLower(string(n.appendJSON(nil))), "api7") {
		c.uses = append(c.uses, dependency{name: name, version: exact(n.get("version").scalar()), at: n.get("version").at})
		return c
	}
	for _, d := range n.get("dependencies").elements() {
		name, repository := d.get("name").scalar(), d.get("repository").scalar()
		if name != version.ControlPlaneChart && (name != version.GatewayChart || !strings.Contains(repository, "api7")) {
			continue
		}
		key := name
		if alias := d.get("alias").scalar(); alias != "" {
			key = alias
		}
		at := d.at
		if v := d.get("version"); v != nil {
			at = v.at
		}
		c.uses = append(c.uses, dependency{name: name, key: key, version: exact(d.get("version").scalar()), at: at})
	}
	if len(c.uses) == 0 {
		return nil
	}
	return c
}

// release is one of the vendor's charts with the values that it is installed with.
type release struct {
	id, from     string
	chart        string
	under        string // the key of its values in those of a chart that depends on it; empty: they are its own
	chartVersion string // empty: not known
	versionAt    place
	named        bool   // a deployment tool names it: its layers are known
	open         string // why more values may be set than these; empty if they are all
	layers       []string
	values       *node
	unpacked     bool // they are the values.yaml of the vendor's chart itself, unpacked
}

// values turns a document of Helm values into releases.
func (c *collection) values(d *document, is what) {
	folder := filepath.Dir(d.file)
	if own := c.chartIn(folder); own != nil {
		own.used = true
		if c.dependent(d, own) {
			return
		}
	}
	root := interpret(d.root, ofHelm)
	switch is { //nolint:exhaustive // the forms of values
	case controlPlaneValues:
		c.release(d, version.ControlPlaneChart, "", root, d.layers...)
	case gatewayValues:
		c.release(d, version.GatewayChart, "", root, d.layers...)
	case umbrellaValues:
		for i, key := range root.keys {
			if weight, _ := score(root.kids[i], controlPlaneValueSigns); root.kids[i].isMap() && weight >= 2*sure {
				c.release(d, version.ControlPlaneChart, key, root.kids[i], d.layers...)
			} else if r := recogniseGatewayValues(root.kids[i]); root.kids[i].isMap() && r.what == gatewayValues &&
				component(root.kids[i].get("apisix.image.repository").scalar()) == gatewayComponent {
				c.release(d, version.GatewayChart, key, root.kids[i], d.layers...)
			}
		}
	}
}

// dependent reads the values of a chart that depends on the vendor's; false if it is one of the vendor's itself.
func (c *collection) dependent(d *document, own *chart) bool {
	if own.uses[0].key == "" {
		return false
	}
	root, layers := interpret(d.root, ofHelm), d.layers
	if base := c.baseOf(own); base != nil && base != d && own.setBy(d) {
		root, layers = merge(interpret(base.root, ofHelm), root), append([]string{base.file}, layers...)
		base.count++
	} else if base == d && !d.asked && c.overlaid(own) {
		return true // Helm lays the others over it
	}
	for _, use := range own.uses {
		if v := root.member(use.key); v.isMap() {
			c.release(d, use.name, use.key, v, layers...)
		}
	}
	return true
}

// baseOf returns the values.yaml of a chart, over which Helm lays whatever values the chart is installed with.
func (c *collection) baseOf(own *chart) *document {
	if own.sought {
		return own.base
	}
	own.sought = true
	name := filepath.Join(own.folder, "values.yaml")
	for _, d := range c.docs {
		if len(d.layers) == 1 && d.index == 0 && d.file == name {
			own.base = d
			break
		}
	}
	return own.base
}

// overlaid reports whether other values of a chart stand beside or below it.
func (c *collection) overlaid(own *chart) bool {
	base := c.baseOf(own)
	return slices.ContainsFunc(c.docs, func(d *document) bool {
		return d != base && !slices.Contains(d.layers, base.file) && own.setBy(d) && c.chartIn(filepath.Dir(d.file)) == own
	})
}

// setBy reports whether a document has values for a chart that this one depends on.
func (own *chart) setBy(d *document) bool {
	return d.is.what != manifest && d.is.what != chartFile &&
		slices.ContainsFunc(own.uses, func(use dependency) bool { return use.key != "" && d.root.member(use.key).isMap() })
}

// chartIn returns the chart that a folder belongs to: that of the nearest Chart.yaml, if it has to do with API7.
func (c *collection) chartIn(folder string) *chart {
	for {
		for _, own := range c.charts {
			if own.folder == folder {
				return own
			}
		}
		above := filepath.Dir(folder)
		if c.otherCharts[folder] || above == folder {
			return nil
		}
		folder = above
	}
}

func (c *collection) release(d *document, name, key string, values *node, layers ...string) {
	r := &release{id: d.id(), from: d.from(), chart: name, under: key, layers: layers, values: values}
	if key != "" {
		r.id += "#" + key
	}
	if use, ok := c.versionOf(filepath.Dir(d.file), name, key); ok {
		r.chartVersion, r.versionAt = use.version, use.at
	}
	d.count++
	r.unpacked = key == "" && c.unpacked(d)
	c.releases = append(c.releases, r)
}

// unpacked reports whether values are those that an unpacked chart of the vendor brings itself. A values.yaml beside a
// Chart.yaml without templates was put there by somebody.
func (c *collection) unpacked(d *document) bool {
	folder := filepath.Dir(d.file)
	if len(d.layers) != 1 || filepath.Base(d.file) != "values.yaml" {
		return false
	}
	info, err := os.Stat(filepath.Join(folder, "templates"))
	return err == nil && info.IsDir() && slices.ContainsFunc(c.charts, func(own *chart) bool {
		return own.folder == folder && own.uses[0].key == ""
	})
}

// versionOf finds the version of a chart: from the Chart.yaml beside the values, which may have it several times under
// different keys, else from the only one that names it.
func (c *collection) versionOf(folder, name, key string) (dependency, bool) {
	if own := c.chartIn(folder); own != nil {
		for _, use := range own.uses {
			if use.name == name && use.key == key {
				return use, use.version != ""
			}
		}
	}
	var found []dependency
	for _, own := range c.charts {
		for _, use := range own.uses {
			if use.name == name {
				found = append(found, use)
			}
		}
	}
	if len(found) != 1 {
		return dependency{}, false
	}
	return found[0], found[0].version != ""
}

// bareCharts makes releases of charts that are installed without values of their own.
func (c *collection) bareCharts() {
	for _, own := range c.charts {
		for _, use := range own.uses {
			if own.used || use.key == "" {
				continue
			}
			c.releases = append(c.releases, &release{
				id: own.at.file + "#" + use.key, from: own.at.file, chart: use.name, chartVersion: use.version, versionAt: use.at,
				under: use.key, layers: []string{own.at.file}, values: emptyMap(use.at),
			})
		}
	}
}

// parts are what the control plane's chart installs: the tree of values that becomes the component's file, and the one
// that says how it is started.
var parts = []struct { //nolint:gochecknoglobals // a table of facts
	what            what
	settings, start string
}{
	{dashboardFile, "dashboard_configuration", dashboardComponent},
	{dpManagerFile, "dp_manager_configuration", dpManagerComponent},
	{portalFile, "developer_portal_configuration", portalComponent},
	{fileServerFile, "file_server_configuration", fileServerComponent},
}

// expandRelease makes files and images of what the values of a release say.
func (c *collection) expandRelease(r *release) {
	if r.chart == version.GatewayChart {
		c.gatewayRelease(r)
		return
	}
	for _, part := range parts {
		if !r.installs(part.start) {
			continue
		}
		settings := r.values.member(part.settings)
		if !settings.isMap() {
			settings = emptyMap(r.values.at)
		}
		c.files = append(c.files, &settingsFile{
			id: r.id + "#" + part.settings, from: r.from, found: foundHelm, is: recognised{part.what, "chart " + r.chart}, root: interpret(settings, ofControlPlane),
			chart: r.chart, chartVersion: r.chartVersion, under: r.under, open: r.open, layers: r.layers, asked: true, certain: true, unpacked: r.unpacked,
		})
		c.images = append(c.images, r.image(part.start, r.values.get(part.start+".image"), r.values.get(part.start+".extraEnvVars")))
	}
}

// installs reports whether the chart starts a component with these values. The portal is on by default, the file server
// off.
func (r *release) installs(component string) bool {
	switch component {
	case portalComponent:
		return !r.values.get("developer_portal_configuration.enable").says("false")
	case fileServerComponent:
		return r.values.get("file_server.enabled").says("true")
	}
	return true
}

func (c *collection) gatewayRelease(r *release) {
	i := r.image(gatewayComponent, r.values.get("apisix.image"), r.values.get("apisix.extraEnvVars"))
	for _, from := range []string{"extraEnvVarsCM", "extraEnvVarsSecret"} {
		if v := r.values.get("apisix." + from); v.scalar() != "" || v != nil && v.unknown != "" {
			i.open = "apisix." + from
		}
	}
	i.hostNet = r.values.get("apisix.hostNetwork").says("true")
	c.images = append(c.images, i)
	i.mounts = []string{r.id}
	file := &settingsFile{
		id: r.id + "#" + gatewayComponent, from: r.from, found: foundHelm, is: recognised{gatewayFile, "chart " + r.chart},
		chart: r.chart, chartVersion: r.chartVersion, under: r.under, open: r.open, layers: r.layers, asked: true, certain: true, unpacked: r.unpacked, key: r.id,
	}
	file.root, file.names = r.gatewaySettings()
	custom := r.values.get("apisix.customizedConfig")
	if r.values.get("apisix.enableCustomizedConfig").says("true") && custom.isMap() { // a whole file: nothing of the chart's is added
		file.id, file.found, file.root = r.id+"#apisix.customizedConfig", "configmap", custom
		file.names = []naming{{"", "apisix.customizedConfig"}}
	}
	c.files = append(c.files, file)
}

// image returns the image that a release starts for a component.
func (r *release) image(component string, n, env *node) *image {
	i := &image{
		id: r.id + "#" + component, from: r.from, found: foundHelm, component: component, at: r.values.at, chart: r.chart, chartVer: r.chartVersion,
		env: podEnvironment(env),
	}
	if n != nil {
		i.at = n.at
	}
	i.name.repository = partOf(n.get("repository"))
	known, ok := version.ChartImage(r.chart, r.chartVersion)
	if tag := partOf(n.get("tag")); tag != "" {
		i.name.tag, i.tagFrom, i.at = tag, "image", n.get("tag").at
		if r.unpacked && tag == known {
			i.tagFrom = "chart"
		}
	} else if ok && !slices.Contains([]string{portalComponent, fileServerComponent}, component) {
		i.name.tag, i.tagFrom, i.at = known, "chart", r.versionAt
	}
	if i.name.repository == "" {
		i.name.repository = defaultRepository[component]
	}
	return i
}

// defaultRepository is what the charts name.
var defaultRepository = map[string]string{ //nolint:gochecknoglobals // a table of facts
	dashboardComponent: "api7/api7-ee-3-integrated", dpManagerComponent: "api7/api7-ee-dp-manager",
	portalComponent: "api7/api7-ee-developer-portal", fileServerComponent: "api7/api7-ee-file-server", gatewayComponent: "api7/api7-ee-3-gateway",
}

// partOf returns a part of an image's name, marked if it is not in the file.
func partOf(n *node) string {
	if n != nil && n.unknown != "" {
		return mark(n.unknown)
	}
	return n.scalar()
}

// manyLayers notes values of one chart in one folder that were read each by itself.
func (c *collection) manyLayers() {
	type chart struct{ folder, name string }
	byFolder := map[chart][]string{}
	var order []chart
	for _, r := range c.releases {
		if len(r.layers) != 1 || r.named {
			continue
		}
		key := chart{filepath.Dir(r.layers[0]), r.chart}
		if len(byFolder[key]) == 0 {
			order = append(order, key)
		}
		if !slices.Contains(byFolder[key], r.layers[0]) {
			byFolder[key] = append(byFolder[key], r.layers[0])
		}
	}
	for _, key := range order {
		if files := byFolder[key]; len(files) > 1 {
			c.note(strings.Join(some(files), ", "), fmt.Sprintf("values of chart %s: each was read by itself, as a release of its own; "+
				"where they are layers of one release, give --config %s,… in the order in which Helm gets them", key.name, files[0]))
		}
	}
}
