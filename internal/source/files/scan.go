package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/yamlfile"
)

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
