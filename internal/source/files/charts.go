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
	used   map[*helm.Chart]bool // values of the chart were read
	gaps   []estate.Gap
}

func chartsOf(docs []*document) *charts {
	c := &charts{docs: docs, byFile: map[string]*document{}, used: map[*helm.Chart]bool{}}
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
		if d.is.Form != recognise.ChartFile {
			continue
		}
		found[d] = helm.ReadChart(d.File(), d.Root)
		if own := found[d]; own != nil && !own.Umbrella() {
			local[own.Folder] = own.Uses[0].Name
		}
	}
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

// settle tells of what a chart depends on, and what may be the vendor's under any name, whether it is: the chart itself
// says so where it is here, else its values do. Where only the name speaks for it, beside other charts of the vendor's,
// that is a doubt.
func (c *charts) settle(own *helm.Chart, local map[string]string) {
	sure := len(own.Uses) > 0
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
		case sure && known:
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
		c.used[own] = true
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
		if v := root.Member(use.Key); v.IsMap() {
			out.releases = append(out.releases, c.release(d, use.Name, use.Key, v, layers))
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
		if !c.used[own] {
			all = append(all, own.Bare()...)
		}
	}
	return all
}
