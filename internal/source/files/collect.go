package files

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// document is one document of a file that was recognised, or the values of several files laid over each other.
type document struct {
	file   string
	full   string // its absolute path, with slashes
	layers []string
	index  int // among the documents of the file
	root   *node
	is     recognised
	lines  [][]byte // of the file, for manifests
	asked  bool     // the file was named, not found in a folder
	count  int      // what was made of it
}

// from names the file of the document, or the files that are laid over each other.
func (d *document) from() string { return filepath.ToSlash(strings.Join(d.layers, ",")) }

// id names the document over runs.
func (d *document) id() string {
	id := d.from()
	if d.index > 0 {
		id += "#" + strconv.Itoa(d.index)
	}
	return id
}

// settingsFile is the configuration file of a component.
type settingsFile struct {
	id, from            string
	found               string // file, helm or configmap
	is                  recognised
	root                *node
	key                 string // by which containers mount it
	chart, chartVersion string
	under, open         string // as of a release
	layers              []string
	asked               bool // it was named, or stands in something of API7's
	certain             bool // its place says what it is
	unpacked            bool // values of an unpacked chart
	names               []naming
	doc                 *document
}

// naming says what the owner of a setting calls it where that is not its own name.
type naming struct{ pointer, name string }

// collection is what all files hold together.
type collection struct {
	docs        []*document
	charts      []*chart
	otherCharts map[string]bool // folders of charts that have nothing to do with API7
	releases    []*release
	files       []*settingsFile
	images      []*image
	foreign     []*image // containers of other programs that read files of the same form
	overrides   []*image // services of docker-compose files that only add to those of others
	services    map[string]string
	dotenvs     map[string]map[string]string
	reports     []estate.FileDiagnosis
	gaps        []estate.Gap
	notes       []estate.Note
	taken       []string // files of values that belong to a release which a deployment tool names
	beside      []string // files that were read because others name them or stand beside them
	rendered    bool     // manifests that a chart made
	size        int
}

func (c *collection) note(what, why string) {
	c.notes = append(c.notes, estate.Note{What: what, Why: why})
}

func (c *collection) gap(at estate.Position, why, next string) {
	c.gaps = append(c.gaps, unread(at, why, next))
}

// unread says that something in a file, or the file, was not examined.
func unread(at estate.Position, why, next string) estate.Gap {
	return estate.Gap{ID: estate.UnreadFiles, What: at.String(), Why: why, Next: next, At: estate.Place{Source: kindName, Position: at}}
}

// link makes files, releases and images of the documents. What charts and docker-compose files say decides what others
// are, so they come first.
func (c *collection) link() error {
	c.services, c.dotenvs, c.otherCharts = map[string]string{}, map[string]map[string]string{}, map[string]bool{}
	c.prepare()
	for _, d := range c.docs {
		if slices.Contains(c.taken, d.full) && len(d.layers) == 1 {
			d.count++
			continue
		}
		if err := c.take(d); err != nil {
			return err
		}
	}
	c.bareCharts()
	for _, r := range c.releases {
		c.expandRelease(r)
	}
	c.manyLayers()
	c.mount()
	c.report()
	return nil
}

// prepare reads what decides what other documents are.
func (c *collection) prepare() {
	for _, d := range c.docs {
		d.full = filepath.ToSlash(absolute(d.file))
		switch d.is.what { //nolint:exhaustive // the others come after them
		case chartFile:
			if own := readChart(d.file, d.root); own != nil {
				c.charts, d.count = append(c.charts, own), 1
			} else {
				c.otherCharts[filepath.Dir(d.file)] = true
			}
		case composeFile:
			c.serviceNames(d)
		}
	}
	for _, d := range c.docs {
		if d.is.what == manifest || d.is.what == kustomizationFile || d.is.what == helmfileFile {
			c.tool(d)
		}
	}
}

// take makes of a document what it is.
func (c *collection) take(d *document) error {
	if own := c.chartIn(filepath.Dir(d.file)); own != nil && (d.is.what == other || d.is.what.settingsForm()) &&
		d.root.isMap() {
		if c.dependent(d, own) && d.count > 0 {
			own.used, d.is = true, recognised{umbrellaValues, "the chart beside it depends on API7's"}
			return nil
		}
	}
	switch is := d.is.what; {
	case is == composeFile:
		c.compose(d)
	case is == manifest:
		return c.manifest(d, d.root)
	case is == controlPlaneValues || is == gatewayValues || is == umbrellaValues:
		c.values(d, is)
	case is.settingsForm() && d.index > 0:
		c.note(d.root.at.String(), "a second document in a file that looks like a "+is.String()+": a component reads only the first, so it is not examined")
	case is.settingsForm():
		d.count = 1
		c.slashes(d.root)
		c.files = append(c.files, &settingsFile{
			id: d.id(), from: d.from(), found: "file", is: d.is, root: d.root, key: absolute(d.file), layers: nil, asked: d.asked, doc: d,
		})
	}
	return nil
}

// report lists the documents for a diagnosis, and notes what was not recognised.
func (c *collection) report() {
	byFile := map[string]*estate.FileDiagnosis{}
	for i := range c.reports {
		byFile[c.reports[i].Path] = &c.reports[i]
	}
	var unknown []string
	for _, d := range c.docs {
		r := byFile[strings.Join(d.layers, ",")]
		if r == nil {
			continue
		}
		list(r, d)
	}
	for i := range c.reports {
		if r := &c.reports[i]; len(r.Documents) > 0 && !slices.ContainsFunc(r.Documents, func(d estate.DocumentDiagnosis) bool { return d.Used }) {
			unknown = append(unknown, r.Path)
		}
	}
	if len(unknown) == 0 {
		return
	}
	text := strings.Join(unknown[:min(len(unknown), maxNamed)], ", ")
	if more := len(unknown) - maxNamed; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	c.note("YAML files that are no configuration of API7", text+"; api7-preflight doctor says of each why")
}

// maxNamed is how many files a note names.
const maxNamed = 10

// sortNotes brings notes into an order that does not depend on how files were read.
func (c *collection) sortNotes() {
	slices.SortStableFunc(c.notes, func(a, b estate.Note) int { return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why)) })
	c.notes = slices.Compact(c.notes)
}
