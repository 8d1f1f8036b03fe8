package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/few"
	"github.com/api7-preflight/api7-preflight/internal/plural"
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// input is a file, or several that are layers of Helm values.
type input struct {
	layers  []string
	asked   bool // it was named, not found in a folder
	sort    sort
	charts  bool // a Chart.yaml stands beside it or in a folder above
	bundled bool // it is of a chart that is unpacked in another one
	ours    bool // its path below the folder has the name of API7
}

func (in input) name() string {
	names := make([]string, len(in.layers))
	for i, path := range in.layers {
		names[i] = called(path)
	}
	return strings.Join(names, ",")
}

// standard is the path that stands for standard input.
const standard = "-"

// called returns what a path is called where a place in the file is shown.
func called(path string) string {
	if path == standard {
		return "stdin"
	}
	return path
}

// walker finds the files.
type walker struct {
	each          func(input) error // takes them one after the other
	exclude       []exclusion
	named         map[string]bool // absolute paths of the files that were named, and of all that were found where several folders are
	several       bool
	charts        map[string]bool // by folder
	closed        map[string]int  // how many folders of a name were not entered
	templates     few.Names       // folders of Helm charts that were not entered
	roots, linked []string        // where the folders are, and those that links outside of them lead to
	skipped       []estate.FileDiagnosis
	gaps          []estate.Gap
	notes         []estate.Note
}

func walkerOf(exclude []string, each func(input) error) *walker {
	return &walker{each: each, exclude: exclusionsOf(exclude), named: map[string]bool{}, charts: map[string]bool{}, closed: map[string]int{}}
}

// gather finds the files that paths name.
func (w *walker) gather(ctx context.Context, paths []string) error {
	var folders []string
	for _, path := range paths {
		if path == "" {
			return refuse("no file is named", "write --config FILE")
		}
		info, err := os.Stat(path)
		switch {
		case path == standard:
			err = w.add(input{layers: []string{path}, asked: true})
		case err == nil && info.IsDir():
			folders = append(folders, path)
		case err == nil:
			err = w.add(input{layers: []string{path}, asked: true, charts: besideChart(path)})
		case errors.Is(err, fs.ErrNotExist) && strings.Contains(path, ","):
			err = w.layers(path)
		default:
			err = tree.Unreadable(path, err)
		}
		if err != nil {
			return err
		}
	}
	w.several = len(folders) > 1
	for _, folder := range folders {
		w.roots = append(w.roots, really(folder))
	}
	for _, folder := range folders { // what was named comes first: a folder does not bring it again
		if err := w.folder(ctx, folder); err != nil {
			return err
		}
	}
	return nil
}

func (w *walker) layers(list string) error {
	layers := slices.DeleteFunc(strings.Split(list, ","), func(path string) bool { return path == "" })
	for _, path := range layers {
		info, err := os.Stat(path)
		if path == standard {
			continue
		}
		if err != nil {
			return tree.Unreadable(path, err)
		}
		if info.IsDir() {
			return refuse(path+" is a folder: layers of Helm values are files", "write --config values.yaml,production.yaml")
		}
	}
	if len(layers) == 0 {
		return refuse("no file is named", "write --config values.yaml,production.yaml")
	}
	for _, path := range layers {
		w.keep(path)
		w.named[absolute(path)] = true
	}
	return w.each(input{layers: layers, asked: true})
}

// add takes a file, unless it was named before, or another folder brought it.
func (w *walker) add(in input) error {
	if in.asked {
		w.keep(in.layers[0])
	}
	if in.asked || w.several || len(w.named) > 0 {
		key := absolute(in.layers[0])
		if w.named[key] {
			return nil
		}
		if in.asked || w.several {
			w.named[key] = true
		}
	}
	return w.each(in)
}

// folder finds the files below a folder.
func (w *walker) folder(ctx context.Context, root string) error {
	w.charts[filepath.Clean(root)] = besideChart(filepath.Join(root, "any"))
	return w.walk(ctx, root, root+string(filepath.Separator)) // it may be a link, which is followed where it is named
}

// walk finds the files below a folder, which lies in a root or is what a link there leads to.
func (w *walker) walk(ctx context.Context, root, within string) error {
	err := filepath.WalkDir(within, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && path == within && filepath.Clean(within) == filepath.Clean(root):
			return tree.Unreadable(filepath.Clean(path), err)
		case err != nil:
			w.unopened(filepath.Clean(path), err)
			return nil
		case path == within:
			return nil
		case w.excluded(root, path):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir():
			return w.enter(root, path, entry.Name())
		case entry.Type()&fs.ModeSymlink != 0 && leadsToFolder(path):
			return w.link(ctx, root, path)
		}
		return w.file(root, path, entry)
	})
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("reading configuration files: %w", err)
	}
	return err //nolint:wrapcheck // it is an OpenError
}

// unopened says that the system refuses a folder, in which anything may be.
func (w *walker) unopened(path string, err error) {
	w.gaps = append(w.gaps, unread(estate.Position{File: path}, tree.Unreadable(path, err).Error(), "let this program read it, or leave it out: --exclude "+path))
}

// closed are folders that hold what others wrote, or nothing that is configured.
var closed = map[string]bool{"node_modules": true, ".terraform": true, "vendor": true}

// histories are the folders of version control.
var histories = map[string]bool{".git": true, ".svn": true, ".hg": true}

// enter decides whether a folder is looked into.
func (w *walker) enter(root, path, name string) error {
	switch {
	case histories[name], strings.HasPrefix(name, ".."): // those of mounted ConfigMaps hold what links beside them lead to
		return fs.SkipDir
	case closed[name]:
		w.closed[name]++
		return fs.SkipDir
	case len(w.linked) > 0 && slices.Contains(w.linked, really(path)): // a link has led there
		return fs.SkipDir
	}
	switch beside := tree.Regular(filepath.Join(filepath.Dir(path), "Chart.yaml")); {
	case beside && name == "templates":
		w.templates.Add(path)
		w.skipped = append(w.skipped, estate.FileDiagnosis{Path: path, Why: "templates of a Helm chart, which are rendered by Helm: not read"})
		return fs.SkipDir
	case beside && name == "charts":
		if err := w.bundled(root, path); err != nil {
			return err
		}
		return fs.SkipDir
	}
	return nil
}

// bundled finds the charts that are unpacked in a folder charts: of each its Chart.yaml and its values, which Helm takes
// with those of the chart around it.
func (w *walker) bundled(root, folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		w.unopened(folder, err)
		return nil
	}
	for _, entry := range entries {
		inner := filepath.Join(folder, entry.Name())
		if !entry.IsDir() || w.excluded(root, inner) {
			continue
		}
		for _, name := range []string{"Chart.yaml", "values.yaml"} {
			file := filepath.Join(inner, name)
			if !tree.Regular(file) || w.excluded(root, file) {
				continue
			}
			if err := w.add(input{layers: []string{file}, sort: data, charts: true, bundled: true}); err != nil {
				return err
			}
		}
	}
	return nil
}

// outside says which folders were not entered.
func (w *walker) outside() []estate.Note {
	var notes []estate.Note
	for name, n := range w.closed {
		notes = append(notes, estate.Note{What: name, Why: plural.Of(n, "folder", "folders") + " of this name: not entered"})
	}
	if w.templates.Len() > 0 {
		notes = append(notes, estate.Note{What: "templates of Helm charts", Why: "they are rendered by Helm, and not read: " + w.templates.String()})
	}
	return notes
}

func (w *walker) skip(path, why string) {
	w.skipped = append(w.skipped, estate.FileDiagnosis{Path: path, Why: why})
	w.notes = append(w.notes, estate.Note{What: path, Why: why})
}

func (w *walker) file(root, path string, entry fs.DirEntry) error {
	sort, ours := sortOf(entry.Name()), strings.Contains(strings.ToLower(strings.TrimPrefix(path, root)), "api7")
	switch {
	case sort == ignored:
		return nil
	case entry.Type()&fs.ModeSymlink != 0: // mounted ConfigMaps are made of them
		if !tree.Regular(path) {
			w.dangling(path, sort, ours)
			return nil
		}
	case !entry.Type().IsRegular():
		w.skip(path, "no regular file: not read")
		return nil
	}
	return w.add(input{layers: []string{path}, sort: sort, charts: w.below(filepath.Dir(path)), ours: ours})
}

// below reports whether a folder that the walk came through is that of a chart, or lies in one.
func (w *walker) below(folder string) bool {
	is, known := w.charts[folder]
	if !known {
		is = w.below(filepath.Dir(folder)) || tree.Regular(filepath.Join(folder, "Chart.yaml"))
		w.charts[folder] = is
	}
	return is
}

// besideChart reports the same of any file.
func besideChart(file string) bool {
	for folder := range above(file) {
		if tree.Regular(filepath.Join(folder, "Chart.yaml")) {
			return true
		}
	}
	return false
}
