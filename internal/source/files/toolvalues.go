package files

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

const renderHint = "give what helm template, helmfile template or kustomize build makes, or the values as --config values.yaml,production.yaml"

// tool makes releases of what a file of a deployment tool installs.
func (c *collection) tool(d *document) {
	for _, in := range installs(d.root, d.is.what) {
		d.count++
		c.releases = append(c.releases, c.installed(d, in))
	}
	if d.is.what == kustomizationFile {
		c.otherImages(d)
	}
}

func (c *collection) installed(d *document, in *install) *release {
	r := &release{id: d.id() + "#" + in.name, from: d.from(), chart: in.chart, chartVersion: exact(in.version.scalar()), named: true, values: emptyMap(in.at)}
	if r.chartVersion != "" {
		r.versionAt = in.version.at
	}
	missed := func(at place, why string) {
		r.open = "values that are not read, at " + at.String()
		c.gap(at.position(), "values of chart "+in.chart+" that are not read: "+why, renderHint)
	}
	for _, file := range in.files {
		values, why := c.valuesFile(d, file)
		if why != "" {
			missed(file.at, why)
			continue
		}
		r.layers, r.values = append(r.layers, values.at.file), merge(r.values, interpret(values, ofHelm))
	}
	r.layers = append(r.layers, d.file)
	for _, inline := range in.inline {
		values, why := inlineValues(inline, d.lines)
		if why != "" {
			missed(inline.at, why)
			continue
		}
		r.values = merge(r.values, interpret(values, ofHelm))
	}
	for _, s := range in.sets {
		name := s.path.scalar()
		if name == "" || strings.ContainsAny(name, `[\{`) || s.value == nil {
			missed(s.path.placeOr(r.values), "a single value at a path that is not followed")
			continue
		}
		r.values = r.values.with(strings.Split(name, "."), interpret(typed(s.value), ofHelm))
	}
	for _, open := range in.open {
		missed(open.at, "they come from elsewhere")
	}
	return r
}

// valuesFile reads a file of values that a deployment tool lays under what it says itself. It is no release by itself.
func (c *collection) valuesFile(d *document, file *node) (values *node, why string) {
	path := c.resolve(filepath.Dir(d.file), file.scalar())
	if path == "" {
		return nil, "the file is not where it is named"
	}
	data, err := load(path)
	if err != nil {
		return nil, "the file cannot be read"
	}
	c.beside = append(c.beside, path)
	values = emptyMap(place{file: path, line: 1, column: 1})
	docs, err := yamlfile.ParseAll(path, data)
	if err == nil {
		docs = slices.DeleteFunc(docs, empty)
	}
	switch {
	case err != nil && isTemplate(data):
		return nil, "the file is a template"
	case err != nil || len(docs) > 1 || len(docs) == 1 && docs[0].Kind() != yamlfile.Map:
		return nil, "the file is no YAML with one document, a map of keys"
	case len(docs) == 1:
		values = convert(docs[0], frame{file: path})
	}
	c.taken = append(c.taken, filepath.ToSlash(absolute(path)))
	return values, ""
}

// resolve finds the file that a deployment tool names; empty if it is not there. Argo CD names files of a repository by
// $name/path: that is the one file below what was given whose path ends so.
func (c *collection) resolve(folder, name string) string {
	if strings.HasPrefix(name, "$") {
		_, end, _ := strings.Cut(name, "/")
		var found []string
		for _, d := range c.docs {
			if strings.HasSuffix(d.full, "/"+end) && !slices.Contains(found, d.file) {
				found = append(found, d.file)
			}
		}
		if end != "" && len(found) == 1 {
			return found[0]
		}
		return ""
	}
	path := filepath.Join(folder, filepath.FromSlash(name))
	if info, err := os.Stat(path); name == "" || filepath.IsAbs(name) || err != nil || !info.Mode().IsRegular() {
		return ""
	}
	return path
}

// inlineValues returns values that stand in the file itself: a map, or a text that holds one.
func inlineValues(n *node, lines [][]byte) (values *node, why string) {
	if n.isMap() {
		return n, ""
	}
	f, exact := block(n, lines)
	docs, err := yamlfile.ParseAll(n.at.file, []byte(n.scalar()))
	if err == nil {
		docs = slices.DeleteFunc(docs, empty)
	}
	switch {
	case err != nil && isTemplate([]byte(n.text)):
		return nil, "they are a template"
	case err != nil || len(docs) > 1 || len(docs) == 1 && docs[0].Kind() != yamlfile.Map:
		return nil, "they are no YAML with one document, a map of keys"
	case len(docs) == 0:
		return emptyMap(n.at), ""
	case exact:
		return convert(docs[0], f), ""
	}
	return convert(docs[0], f).standing(n.at), ""
}

// typed reads a text as helm --set does: truth values, numbers and null are none.
func typed(n *node) *node {
	docs, err := yamlfile.ParseAll(n.at.file, []byte(n.text))
	if n.kind != yamlfile.Scalar || err != nil || len(docs) != 1 || docs[0].Kind() != yamlfile.Scalar {
		return n
	}
	return convert(docs[0], frame{}).standing(n.at)
}

// otherImages says that Kustomize changes tags, so that those in the manifests are not what runs.
func (c *collection) otherImages(d *document) {
	for _, i := range d.root.get("images").elements() {
		if component(i.get("name").scalar()) == "" && component(i.get("newName").scalar()) == "" {
			continue
		}
		d.count++
		c.gap(i.at.position(), "Kustomize gives image "+i.get("name").scalar()+" another name or tag than the manifests have", "give the output of kustomize build")
	}
}

// placeOr returns the place of n, or of what stands in for it.
func (n *node) placeOr(other *node) place {
	switch {
	case n != nil:
		return n.at
	case other != nil:
		return other.at
	}
	return place{}
}

func (n *node) textOr(other string) string {
	if text := n.scalar(); text != "" {
		return text
	}
	return other
}

func (n *node) orEmpty() *node {
	if n == nil {
		return emptyMap(place{})
	}
	return n
}

func textNode(text string, at place) *node {
	return &node{kind: yamlfile.Scalar, text: text, json: string(yamlfile.AppendQuoted(nil, text)), at: at}
}
