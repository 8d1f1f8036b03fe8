package files

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// scanned is what reading inputs gave.
type scanned struct {
	docs    []*document
	reports []estate.FileDiagnosis // one for each input, without its documents
	gaps    []estate.Gap
	notes   []estate.Note
}

// result is what reading one input gave.
type result struct {
	docs   []*document
	report estate.FileDiagnosis
	gaps   []estate.Gap
	notes  []estate.Note
	err    error
}

// scan reads the inputs, several at a time; the first error in the order of the inputs ends it. own is as of [Options].
func scan(ctx context.Context, inputs []input, own func([]byte) string) (scanned, error) {
	results := make([]result, len(inputs))
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
		return scanned{}, fmt.Errorf("reading configuration files: %w", err)
	}
	return together(results)
}

// together joins the results.
func together(results []result) (scanned, error) {
	var out scanned
	size := 0
	for _, r := range results {
		if r.err != nil {
			return scanned{}, r.err
		}
		out.docs = append(out.docs, r.docs...)
		out.reports = append(out.reports, r.report)
		out.gaps = append(out.gaps, r.gaps...)
		out.notes = append(out.notes, r.notes...)
		for _, d := range r.docs {
			size += d.Root.Size()
		}
		if size > maxKept {
			return scanned{}, refuse(fmt.Sprintf("the configuration files hold more than %d MiB of settings", maxKept>>20), "name the files or folders of API7 alone")
		}
	}
	return out, nil
}

// maxKept bounds what recognised documents take in memory.
const maxKept = 256 << 20

// scan reads the documents of one input.
func (in input) scan(own func([]byte) string) result {
	out := result{report: estate.FileDiagnosis{Path: in.name()}}
	if len(in.layers) > 1 {
		d, err := in.layered(own)
		out.docs, out.err = []*document{d}, err
		return out
	}
	path := in.layers[0]
	data, err := tree.Read(path)
	if what := own(data); what != "" {
		out.report.Why = what + " that this program wrote: not read"
		out.notes = append(out.notes, estate.Note{What: path, Why: out.report.Why})
		return out
	}
	if errors.Is(err, tree.ErrTooLarge) {
		out.report.Why = fmt.Sprintf("larger than %d MiB: not read", tree.MaxFile>>20)
		out.gaps = append(out.gaps, unread(estate.Position{File: path}, out.report.Why, "split the file, or leave it out"))
		return out
	}
	if err == nil {
		data, err = tree.Decode(path, data)
	}
	if err != nil {
		out.err = err
		return out
	}
	docs, err := tree.Parse(path, data)
	switch {
	case err != nil && !in.asked && tree.IsTemplate(data):
		out.template(path, data)
		return out
	case err != nil:
		out.err = err
		return out
	}
	for i, root := range docs {
		if !root.Null() {
			out.docs = append(out.docs, in.document(i, root, data))
		}
	}
	if len(out.docs) == 0 {
		out.report.Why = "it is empty"
	}
	return out
}

// document recognises one document of a file. What does not matter in it is not kept.
func (in input) document(i int, root *tree.Node, data []byte) *document {
	path := in.layers[0]
	d := &document{Document: tree.Document{Layers: in.layers, Index: i, Root: root}, is: recognise.Document(root, path), asked: in.asked}
	if d.is.Form == recognise.Manifest && !recognise.Concerns(data) || d.is.Form == recognise.Other && !besideChart(path) {
		d.Root = root.Shell()
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

// template says that a file is none yet.
func (s *result) template(path string, data []byte) {
	s.report.Why = "a template, which is no YAML: not read"
	if strings.Contains(strings.ToLower(string(data)), "api7") {
		s.gaps = append(s.gaps, unread(estate.Position{File: path}, s.report.Why, "render it and give what comes out: helm template"))
		return
	}
	s.notes = append(s.notes, estate.Note{What: path, Why: s.report.Why})
}
