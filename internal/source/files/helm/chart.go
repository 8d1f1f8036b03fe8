// Package helm knows the vendor's Helm charts: which chart a folder belongs to, the values that a release gets, and what
// the charts make of them.
package helm

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// Chart is a Chart.yaml: one of the vendor's, or one that depends on them.
type Chart struct {
	Folder string
	At     estate.Position
	Uses   []Dependency // of the vendor's
	Maybe  []Dependency // charts that may be the vendor's under any name and from anywhere: their values tell
}

// Dependency is one of the vendor's charts in a chart: itself, or under a key of its values.
type Dependency struct {
	Name    string
	From    string // the repository
	Key     string // empty: the values are the chart's own
	Version string // exact; empty: a range
	At      estate.Position
	Own     *tree.Node // values that somebody put into an unpacked copy of the chart; nil: none
}

// ReadChart reads a Chart.yaml, or the requirements.yaml beside it; nil if it can have nothing to do with API7.
func ReadChart(path string, n *tree.Node) *Chart {
	c := NewChart(path, n)
	name := n.Get("name").Text()
	if name == version.ControlPlaneChart || name == version.GatewayChart && strings.Contains(strings.ToLower(string(n.AppendJSON(nil))), "api7") {
		c.Uses = []Dependency{{Name: name, Version: Exact(n.Get("version")), At: n.Get("version").At()}}
		return c
	}
	for _, d := range n.Get("dependencies").Elements() {
		name, repository := d.Get("name").Text(), d.Get("repository").Text()
		use := Dependency{Name: name, From: repository, Key: d.Get("alias").TextOr(name), Version: Exact(d.Get("version")), At: d.At()}
		if v := d.Get("version"); v != nil {
			use.At = v.At()
		}
		switch {
		case name == version.ControlPlaneChart, name == version.GatewayChart && strings.Contains(repository, "api7"):
			c.Uses = append(c.Uses, use)
		case use.Key != "":
			c.Maybe = append(c.Maybe, use)
		}
	}
	if len(c.Uses)+len(c.Maybe) == 0 {
		return nil
	}
	return c
}

// NewChart returns the chart of a Chart.yaml as it is without dependencies.
func NewChart(path string, n *tree.Node) *Chart {
	at := n.Get("name").At()
	if at.File == "" {
		at = n.At()
	}
	return &Chart{Folder: filepath.Dir(path), At: at}
}

// Bundle says that an unpacked copy of one of the vendor's charts is in the folder charts of c, which makes it a dependency
// of that name. own are values that somebody put into it, or nil.
func (c *Chart) Bundle(name, chart string, release, own *tree.Node) {
	i := slices.IndexFunc(c.Maybe, func(use Dependency) bool { return use.Name == name })
	if i >= 0 {
		use := c.Maybe[i]
		c.Maybe = slices.Delete(c.Maybe, i, i+1)
		c.Settle(use, chart)
	}
	found := false
	for j := range c.Uses {
		if use := &c.Uses[j]; use.Name == chart && (use.Key == name || i < 0 || j == len(c.Uses)-1) {
			use.Own, found = own, true
			if exact := Exact(release); use.Version == "" && exact != "" {
				use.Version, use.At = exact, release.At()
			}
		}
	}
	if !found {
		c.Uses = append(c.Uses, Dependency{Name: chart, Key: name, Version: Exact(release), At: release.At(), Own: own})
	}
}

// Umbrella reports whether c depends on the vendor's charts, and is none of them itself.
func (c *Chart) Umbrella() bool { return len(c.Uses) == 0 || c.Uses[0].Key != "" }

// Local returns the folder of a dependency that is named by its path; empty if it comes from elsewhere.
func (c *Chart) Local(use Dependency) string {
	if path, is := strings.CutPrefix(use.From, "file://"); is {
		return filepath.Join(c.Folder, filepath.FromSlash(path))
	}
	return ""
}

// Settle takes a dependency that may be the vendor's for what it is: a chart of the vendor's, by its name. The versions
// of a chart that somebody named otherwise are not the vendor's.
func (c *Chart) Settle(use Dependency, chart string) {
	if use.Name != chart {
		use.Version = ""
	}
	use.Name = chart
	c.Uses = append(c.Uses, use)
}

// Likely reports whether c depends on the vendor's charts, or on one that has the name of the gateway's.
func (c *Chart) Likely() bool {
	return len(c.Uses) > 0 || slices.ContainsFunc(c.Maybe, func(use Dependency) bool { return use.Name == version.GatewayChart })
}

// Values returns the values of a chart on which c depends, of those of c.
func (use Dependency) Values(values *tree.Node) *tree.Node {
	v := values.Member(use.Key)
	switch {
	case use.Own == nil:
		return v
	case !v.IsMap():
		return Read(use.Own)
	}
	return tree.Merge(Read(use.Own), v)
}

// SetBy reports whether values set something in a chart on which c depends.
func (c *Chart) SetBy(values *tree.Node) bool {
	return slices.ContainsFunc(c.Uses, func(use Dependency) bool { return use.Key != "" && values.Member(use.Key).IsMap() })
}

var exactVersion = regexp.MustCompile(`^=?\s*v?([0-9]+\.[0-9]+\.[0-9]+)$`)

// Exact returns the version that a text names; empty if it is a range of them.
func Exact(n *tree.Node) string {
	if found := exactVersion.FindStringSubmatch(strings.TrimSpace(n.Text())); found != nil {
		return found[1]
	}
	return ""
}

// Charts are the Chart.yaml files of an installation.
type Charts struct {
	all   []*Chart
	alien map[string]bool // folders of charts that have nothing to do with API7
}

// Add adds a Chart.yaml.
func (c *Charts) Add(own *Chart) { c.all = append(c.all, own) }

// Bar adds the folder of a chart that has nothing to do with API7.
func (c *Charts) Bar(folder string) {
	if c.alien == nil {
		c.alien = map[string]bool{}
	}
	c.alien[folder] = true
}

// All returns those that have to do with API7.
func (c *Charts) All() []*Chart { return c.all }

// In returns the chart that a folder belongs to: that of the nearest Chart.yaml, if it has to do with API7, else nil.
func (c *Charts) In(folder string) *Chart {
	for {
		for _, own := range c.all {
			if own.Folder == folder {
				return own
			}
		}
		above := filepath.Dir(folder)
		if c.alien[folder] || above == folder {
			return nil
		}
		folder = above
	}
}

// Version finds the version of a chart with values in a folder: from the Chart.yaml beside the values, which may have it
// several times under different keys, else from the only one that names it.
func (c *Charts) Version(folder, name, key string) (Dependency, bool) {
	if own := c.In(folder); own != nil {
		for _, use := range own.Uses {
			if use.Name == name && use.Key == key {
				return use, use.Version != ""
			}
		}
	}
	var found []Dependency
	for _, own := range c.all {
		for _, use := range own.Uses {
			if use.Name == name {
				found = append(found, use)
			}
		}
	}
	if len(found) != 1 {
		return Dependency{}, false
	}
	return found[0], found[0].Version != ""
}

// Changed reports whether the values of an unpacked chart of the vendor are somebody's: there are no templates beside
// them, or they name an image that this version of the chart does not.
func Changed(d *tree.Document, chart string, release *tree.Node) bool {
	if !templated(d.Folder()) {
		return true
	}
	known, ok := version.ChartImage(chart, Exact(release))
	for _, key := range []string{"apisix", "dashboard", "dp_manager"} {
		if tag := d.Root.Get(key + ".image.tag").Text(); tag != "" && (!ok || tag != known) {
			return true
		}
	}
	return false
}

// templated reports whether templates of a chart stand in a folder.
func templated(folder string) bool {
	info, err := os.Stat(filepath.Join(folder, "templates"))
	return err == nil && info.IsDir()
}

// Unpacked reports whether values are those that an unpacked chart of the vendor brings itself. A values.yaml beside a
// Chart.yaml without templates was put there by somebody.
func (c *Charts) Unpacked(d *tree.Document) bool {
	folder := d.Folder()
	if len(d.Layers) != 1 || filepath.Base(d.File()) != "values.yaml" {
		return false
	}
	return templated(folder) && slices.ContainsFunc(c.all, func(own *Chart) bool {
		return own.Folder == folder && !own.Umbrella()
	})
}
