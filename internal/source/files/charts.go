package files

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/helm"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
	"github.com/api7-preflight/api7-preflight/internal/version"
)

// charts are the charts among the documents, with the values that are theirs.
type charts struct {
	helm.Charts

	docs   []*document
	byFile map[string]*document // the first document of each file that is no layer
	used   map[string]bool      // releases were read of this dependency of a chart, by folder and key
	gaps   []estate.Gap
}

func chartsOf(docs []*document) *charts {
	c := &charts{docs: docs, byFile: map[string]*document{}, used: map[string]bool{}}
	for _, d := range docs {
		if len(d.Layers) == 1 && d.Index == 0 && c.byFile[d.File()] == nil {
			c.byFile[d.File()] = d
		}
	}
	c.add()
	return c
}

// add adds the charts among the documents.
func (c *charts) add() {
	found := map[*document]*helm.Chart{}
	local := map[string]string{} // the vendor's charts by their folders
	for _, d := range c.docs {
		if d.is.Form != recognise.ChartFile || d.bundled {
			continue
		}
		found[d] = helm.ReadChart(d.File(), d.Root)
		if own := found[d]; own != nil && !own.Umbrella() {
			local[own.Folder] = own.Uses[0].Name
		}
	}
	c.bundles(found)
	for _, d := range c.docs {
		own, is := found[d]
		if own != nil {
			c.settle(own, local)
		}
		if own != nil && len(own.Uses) > 0 {
			c.Add(own)
			d.used = true
		} else if is {
			c.Bar(d.Folder())
		}
	}
}

// bundles adds to charts what is unpacked in their folders charts: Helm installs it with them, whether they name it or not.
func (c *charts) bundles(found map[*document]*helm.Chart) {
	around := map[string]*document{}
	for _, d := range c.docs {
		if _, is := found[d]; is && filepath.Base(d.File()) == "Chart.yaml" {
			around[filepath.Join(d.Folder(), "charts")] = d
		}
	}
	for _, d := range c.docs {
		parent := around[filepath.Dir(d.Folder())]
		if d.is.Form != recognise.ChartFile || !d.bundled || parent == nil {
			continue
		}
		chart, values := c.bundle(d)
		if chart == "" {
			continue
		}
		if found[parent] == nil {
			found[parent] = helm.NewChart(parent.File(), parent.Root)
		}
		found[parent].Bundle(d.Root.Get("name").Text(), chart, d.Root.Get("version"), values)
	}
}

// bundle tells of an unpacked chart which of the vendor's it is, by its Chart.yaml or its values, and returns the values if
// somebody changed them.
func (c *charts) bundle(d *document) (chart string, changed *tree.Node) {
	name, values := d.Root.Get("name").Text(), c.byFile[filepath.Join(d.Folder(), "values.yaml")]
	if own := helm.ReadChart(d.File(), d.Root); own != nil && !own.Umbrella() {
		chart = name
	} else if values != nil {
		chart = recognise.Under(values.Root, name)
	}
	d.used = chart != ""
	if chart == "" || values == nil {
		return chart, nil
	}
	values.used = true
	if helm.Changed(&values.Document, chart, d.Root.Get("version")) {
		return chart, values.Root
	}
	return chart, nil
}

// settle tells of what a chart depends on, and what may be the vendor's under any name, whether it is: the chart itself
// says so where it is here, else its values do. Where only its name and a version that the vendor's has speak for it, that is
// a doubt.
func (c *charts) settle(own *helm.Chart, local map[string]string) {
	for _, use := range own.Maybe {
		is := local[own.Local(use)]
		for _, d := range c.docs {
			if values := d.Root.Member(use.Key); is == "" && values.IsMap() && below(d.Folder(), own.Folder) {
				is = recognise.Under(values, use.Name)
			}
		}
		switch _, known := version.ChartImage(use.Name, use.Version); {
		case is != "":
			own.Settle(use, is)
		case known:
			c.gaps = append(c.gaps, unread(use.At, "a chart called "+use.Name+" from elsewhere, in a version that API7's has: whether it is API7's is not known",
				"give the chart as well, or values that name its image: "+use.Key+".apisix.image.repository"))
		}
	}
}

// below reports whether a folder is another one or inside of it.
func below(folder, other string) bool {
	path, err := filepath.Rel(other, folder)
	return err == nil && path != ".." && !strings.HasPrefix(path, ".."+string(filepath.Separator))
}

// values turns a document of Helm values into releases.
func (c *charts) values(d *document) finds {
	if own := c.In(d.Folder()); own != nil {
		if out, is := c.umbrella(d, own); is {
			return out
		}
	}
	var out finds
	root := helm.Read(d.Root)
	for _, use := range recognise.Charts(root, d.is.Form) {
		values := root
		if use.Key != "" {
			values = root.Member(use.Key)
		}
		out.releases = append(out.releases, c.release(d, use.Chart, use.Key, values, d.Layers))
	}
	return out
}

// umbrella reads the values of a chart that depends on the vendor's; false if it is one of the vendor's itself.
func (c *charts) umbrella(d *document, own *helm.Chart) (out finds, is bool) {
	if !own.Umbrella() {
		return out, false
	}
	root, layers := helm.Read(d.Root), d.Layers
	switch base := c.base(own); {
	case base == nil:
	case base == d && !d.asked && c.overlaid(own):
		return out, true // Helm lays the others over it
	case base != d && sets(d, own):
		root, layers, base.used = tree.Merge(helm.Read(base.Root), root), append([]string{base.File()}, layers...), true
	}
	for _, use := range own.Uses {
		if root.Member(use.Key).IsMap() {
			c.used[own.Folder+"#"+use.Key] = true
			out.releases = append(out.releases, c.release(d, use.Name, use.Key, use.Values(root), layers))
		}
	}
	return out, true
}

func (c *charts) release(d *document, chart, key string, values *tree.Node, layers []string) *helm.Release {
	d.used = true
	r := c.Release(&d.Document, chart, key, values, layers)
	r.Open = d.open
	return r
}

// base returns the values.yaml of a chart, over which Helm lays whatever values the chart is installed with; nil if there
// is none.
func (c *charts) base(own *helm.Chart) *document {
	return c.byFile[filepath.Join(own.Folder, "values.yaml")]
}

// overlaid reports whether other values of a chart stand beside or below it.
func (c *charts) overlaid(own *helm.Chart) bool {
	base := c.base(own)
	return slices.ContainsFunc(c.docs, func(d *document) bool {
		return d != base && !slices.Contains(d.Layers, base.File()) && sets(d, own) && c.In(d.Folder()) == own
	})
}

// sets reports whether a document has values for a chart on which a chart depends.
func sets(d *document, own *helm.Chart) bool {
	return d.is.Form != recognise.Manifest && d.is.Form != recognise.ChartFile && own.SetBy(d.Root)
}

// bare returns the releases of charts that are installed without values of their own.
func (c *charts) bare() []*helm.Release {
	var all []*helm.Release
	for _, own := range c.All() {
		for _, use := range own.Uses {
			if use.Key != "" && !c.used[own.Folder+"#"+use.Key] {
				all = append(all, own.Bare(use))
			}
		}
	}
	return all
}
