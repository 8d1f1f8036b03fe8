package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/infile"
	"github.com/api7-preflight/api7-preflight/internal/source/files/helm"
	"github.com/api7-preflight/api7-preflight/internal/source/files/recognise"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// result is what reading one input gave.
type result struct {
	number int // of the input, in the order in which they were found
	docs   []*document
	report estate.FileDiagnosis // without its documents
	doubt  *estate.Gap          // why a file is not read that may be API7's
	notes  []estate.Note
	sealed bool   // it is encrypted
	ours   bool   // its path has the name of API7
	broken string // why a file is not read that has nothing of API7
	err    error
}

// scanner reads inputs, several at a time, and keeps what matters: of a file that has nothing of API7 its path alone.
type scanner struct {
	own     func([]byte) string
	open    func(path string) (*infile.File, error) // what was named
	mutex   sync.Mutex
	results []result
	later   []numbered // they have nothing of API7 by themselves, but may have where others stand beside them
	plain   []result   // of the first inputs, those that have nothing of API7
	others  few.Names  // all that have nothing of API7
	paths   []string   // of these: another file may name them
}

// numbered is an input, and its place among all.
type numbered struct {
	input

	number int
}

// listed bounds of how many files that have nothing of API7 is remembered which they are.
const listed = 2000

// scan reads what walk finds.
func (s *scanner) scan(ctx context.Context, walk func(each func(input) error) error) error {
	n := 0
	err := s.all(ctx, false, func(each func(numbered) error) error {
		return walk(func(in input) error {
			n++
			return each(numbered{in, n})
		})
	})
	if err != nil {
		return err
	}
	alive, beside := s.charts(), s.values()
	mine := func(in *numbered) bool {
		file := in.layers[0]
		in.charts = in.charts && alive.above(file)
		return in.charts || beside[filepath.Dir(file)]
	}
	return s.all(ctx, true, func(each func(numbered) error) error {
		for _, in := range s.later {
			if !mine(&in) {
				s.drop(in, result{number: in.number, report: estate.FileDiagnosis{Path: in.name(), Why: nothing}})
			} else if err := each(in); err != nil {
				return err
			}
		}
		return nil
	})
}

// all reads inputs as they come. whole: also those that have nothing of API7 by themselves.
func (s *scanner) all(ctx context.Context, whole bool, walk func(each func(numbered) error) error) error {
	next, wait := make(chan numbered, 64), sync.WaitGroup{}
	for range min(max(runtime.GOMAXPROCS(0), 2), 4) {
		wait.Go(func() {
			var buffer tree.Buffer
			for in := range next {
				r, concerned := s.read(in.input, &buffer, whole)
				s.take(in, r, concerned || whole && in.sort == data)
			}
		})
	}
	err := walk(func(in numbered) error {
		select {
		case next <- in:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	close(next)
	wait.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("reading configuration files: %w", ctx.Err())
	}
	return err
}

// nothing is said of a file that was not parsed.
const nothing = "nothing of API7 stands in it"

// take keeps what was read of an input.
func (s *scanner) take(in numbered, r result, concerned bool) {
	r.number = in.number
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch {
	case concerned:
		s.results = append(s.results, r)
	case in.sort == data:
		s.later = append(s.later, in)
	default:
		s.drop(in, r)
	}
}

// drop counts a file that has nothing of API7.
func (s *scanner) drop(in numbered, r result) {
	if in.sort == foreign { // nobody expects that it is read
		return
	}
	s.others.Add(r.report.Path)
	s.paths = append(s.paths, r.report.Path)
	if in.number <= listed {
		s.plain = append(s.plain, r)
	}
}

// folders are those of charts.
type folders map[string]bool

func (f folders) above(file string) bool {
	for folder := range above(file) {
		if f[folder] {
			return true
		}
	}
	return false
}

// above yields the folder of a file, and those above it.
func above(file string) iter.Seq[string] {
	return func(yield func(string) bool) {
		folder := filepath.Dir(file)
		for yield(folder) && folder != filepath.Dir(folder) {
			folder = filepath.Dir(folder)
		}
	}
}

// charts returns the folders in which a file can hold values of one of the vendor's charts without any sign of it: those
// of charts that are the vendor's, or depend on them, as they say or as other files there show.
func (s *scanner) charts() folders {
	said, shown := folders{}, folders{}
	for _, d := range s.docs() {
		switch form := d.is.Form; {
		case form == recognise.ChartFile:
			own := helm.ReadChart(d.File(), d.Root)
			said[d.Folder()] = said[d.Folder()] || own != nil && own.Likely()
			if d.bundled && own != nil && !own.Umbrella() {
				said[filepath.Dir(filepath.Dir(d.Folder()))] = true
			}
		case form.Values(), form.Settings():
			for folder := range above(d.File()) {
				shown[folder] = true
			}
		}
	}
	for folder, is := range said {
		said[folder] = is || shown[folder]
	}
	return said
}

// values returns the folders in which values of one of the vendor's charts stand: other files there may be layers over them.
func (s *scanner) values() folders {
	all := folders{}
	for _, d := range s.docs() {
		if d.is.Form.Values() {
			all[d.Folder()] = true
		}
	}
	return all
}

func byNumber(a, b result) int { return cmp.Compare(a.number, b.number) }

// finish puts the results into the order of the inputs. The error names all files that were named and cannot be read.
func (s *scanner) finish() error {
	slices.SortFunc(s.results, byNumber)
	var faults []error
	size := 0
	for _, r := range s.results {
		if r.err != nil {
			faults = append(faults, r.err)
		}
		for _, d := range r.docs {
			size += d.Root.Size()
		}
	}
	if len(faults) == 0 && size > maxKept {
		return refuse(fmt.Sprintf("the configuration files hold more than %d MiB of settings", maxKept>>20), "name the files or folders of API7 alone")
	}
	return allOf(faults)
}

// allOf makes one error of several, each of which is an [estate.OpenError].
func allOf(faults []error) error {
	if len(faults) < 2 {
		return errors.Join(faults...)
	}
	first, ok := errors.AsType[*estate.OpenError](faults[0])
	if !ok {
		return faults[0]
	}
	texts := []string{first.Message}
	for _, fault := range faults[1:] {
		texts = append(texts, fault.Error())
	}
	return refuse(strings.Join(texts, "; "), first.Hint)
}

// maxKept bounds what recognised documents take in memory.
const maxKept = 256 << 20
