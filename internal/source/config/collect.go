package config

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
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

// scanned is what reading one input gave.
type scanned struct {
	docs   []*document
	report estate.FileDiagnosis
	gaps   []estate.Gap
	notes  []estate.Note
	err    error
}

// scan reads the inputs, several at a time; the first error in the order of the inputs ends it. own is as of [Options].
func (c *collection) scan(ctx context.Context, inputs []input, own func([]byte) string) error {
	results := make([]scanned, len(inputs))
	next, wait := make(chan int), sync.WaitGroup{}
	for range min(runtime.GOMAXPROCS(0), 4, max(len(inputs), 1)) {
		wait.Go(func() {
			for i := range next {
				results[i] = inputs[i].scan(own)
			}
		})
	}
	for i := range inputs {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("reading configuration files: %w", err)
	}
	for _, r := range results {
		if r.err != nil {
			return r.err
		}
		c.docs = append(c.docs, r.docs...)
		c.reports = append(c.reports, r.report)
		c.gaps = append(c.gaps, r.gaps...)
		c.notes = append(c.notes, r.notes...)
		for _, d := range r.docs {
			c.size += d.root.size()
		}
		if c.size > maxKept {
			return refuse(fmt.Sprintf("the configuration files hold more than %d MiB of settings", maxKept>>20), "name the files or folders of API7 alone")
		}
	}
	return nil
}

// maxKept bounds what recognised documents take in memory.
const maxKept = 256 << 20

// scan reads the documents of one input.
func (in input) scan(own func([]byte) string) scanned {
	out := scanned{report: estate.FileDiagnosis{Path: in.name()}}
	if len(in.layers) > 1 {
		d, err := in.layered(own)
		if err != nil {
			out.err = err
			return out
		}
		out.docs = []*document{d}
		return out
	}
	path := in.layers[0]
	data, err := read(path)
	if what := own(data); what != "" {
		out.report.Why = what + " that this program wrote: not read"
		out.notes = append(out.notes, estate.Note{What: path, Why: out.report.Why})
		return out
	}
	if errors.Is(err, errTooLarge) {
		why := fmt.Sprintf("larger than %d MiB: not read", maxFile>>20)
		out.report.Why = why
		out.gaps = append(out.gaps, unread(estate.Position{File: path}, why, "split the file, or leave it out"))
		return out
	}
	if err == nil {
		data, err = decode(path, data)
	}
	if err != nil {
		out.err = err
		return out
	}
	docs, err := parse(path, data)
	switch {
	case err != nil && !in.asked && isTemplate(data):
		out.template(path, data)
		return out
	case err != nil:
		out.err = err
		return out
	}
	whole := frame{file: path, text: yamlfile.NewText(data)}
	for i, doc := range docs {
		if !empty(doc) {
			out.docs = append(out.docs, in.document(i, convert(doc, whole), data))
		}
	}
	if len(out.docs) == 0 {
		out.report.Why = "it is empty"
	}
	return out
}

// document recognises one document of a file. What does not matter in it is not kept.
func (in input) document(i int, root *node, data []byte) *document {
	path := in.layers[0]
	d := &document{file: path, layers: in.layers, index: i, root: root, is: recognise(root, path), asked: in.asked}
	switch {
	case d.is.what == composeFile, d.is.what == manifest && concerns(data):
		d.lines = splitLines(data)
	case d.is.what == manifest, d.is.what == other && !besideChart(path):
		d.root = &node{kind: root.kind, at: root.at}
	}
	return d
}

// besideChart reports whether a file can hold the values of a chart that stands beside it or in a folder above.
func besideChart(path string) bool {
	for folder := filepath.Dir(path); ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "Chart.yaml")); err == nil {
			return true
		}
		if folder == filepath.Dir(folder) {
			return false
		}
	}
}

// concerns reports whether a text can hold anything of API7.
func concerns(data []byte) bool {
	return slices.ContainsFunc([]string{"api7", "apisix", "nginx_config", "dsn:", "conf.yaml", "config.yaml", "dashboard_configuration"}, func(word string) bool {
		return bytes.Contains(data, []byte(word))
	})
}

// template says that a file is none yet.
func (s *scanned) template(path string, data []byte) {
	s.report.Why = "a template, which is no YAML: not read"
	if strings.Contains(strings.ToLower(string(data)), "api7") {
		s.gaps = append(s.gaps, unread(estate.Position{File: path}, s.report.Why, "render it and give what comes out: helm template"))
		return
	}
	s.notes = append(s.notes, estate.Note{What: path, Why: s.report.Why})
}

// layered lays the values of several files over each other.
func (in input) layered(own func([]byte) string) (*document, error) {
	all := emptyMap(place{file: in.layers[0], line: 1, column: 1})
	for i, path := range in.layers {
		n, err := layer(path, own)
		switch {
		case err != nil:
			return nil, err
		case n == nil:
		case i == 0:
			all = n
		default:
			all = merge(all, n)
		}
	}
	d := &document{file: in.layers[0], layers: in.layers, root: all, is: recogniseValues(all), asked: true}
	if d.is.what == other {
		d.is.why = "several files in one --config are layers of Helm values, and these are none of chart api7ee3 or gateway"
	}
	return d, nil
}

const layersHint = "give the files of Helm values that are laid over each other"

// layer reads one file of Helm values; nil if it is empty.
func layer(path string, own func([]byte) string) (*node, error) {
	data, err := read(path)
	if what := own(data); what != "" {
		return nil, refuse(path+" is "+what+" that this program wrote", layersHint)
	}
	if errors.Is(err, errTooLarge) {
		return nil, refuse(fmt.Sprintf("%s is larger than %d MiB", path, maxFile>>20), "Helm values have kilobytes")
	}
	if err == nil {
		data, err = decode(path, data)
	}
	if err != nil {
		return nil, err
	}
	docs, err := parse(path, data)
	if err != nil {
		return nil, err
	}
	docs = slices.DeleteFunc(docs, empty)
	switch {
	case len(docs) > 1:
		return nil, refuse(path+" holds several documents: Helm reads one", layersHint)
	case len(docs) == 0:
		return nil, nil //nolint:nilnil // said above
	}
	n := convert(docs[0], frame{file: path, text: yamlfile.NewText(data)})
	if !n.isMap() {
		return nil, refuse(n.at.String()+": Helm values are a map of keys", layersHint)
	}
	return n, nil
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
