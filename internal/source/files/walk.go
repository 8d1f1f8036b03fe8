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
	"github.com/api7-preflight/api7-preflight/internal/source/files/tree"
)

// input is a file, or several that are layers of Helm values.
type input struct {
	layers []string
	asked  bool // it was named, not found in a folder
}

func (in input) name() string { return strings.Join(in.layers, ",") }

// maxFiles bounds how many YAML files a run reads.
const maxFiles = 50_000

// walker gathers the files.
type walker struct {
	inputs  []input
	seen    map[string]bool
	skipped []estate.FileDiagnosis
	notes   []estate.Note
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
		case err == nil && info.IsDir():
			folders = append(folders, path)
		case err == nil:
			w.add(input{layers: []string{path}, asked: true})
		case errors.Is(err, fs.ErrNotExist) && strings.Contains(path, ","):
			if err := w.layers(path); err != nil {
				return err
			}
		default:
			return tree.Unreadable(path, err)
		}
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
		if err != nil {
			return tree.Unreadable(path, err)
		}
		if info.IsDir() {
			return refuse(path+" is a folder: layers of Helm values are files", "write --config values.yaml,production.yaml")
		}
	}
	for _, path := range layers {
		w.seen[absolute(path)] = true
	}
	if len(layers) == 0 {
		return refuse("no file is named", "write --config values.yaml,production.yaml")
	}
	w.inputs = append(w.inputs, input{layers: layers, asked: true})
	return nil
}

func (w *walker) add(in input) {
	if key := absolute(in.layers[0]); !w.seen[key] {
		w.seen[key] = true
		w.inputs = append(w.inputs, in)
	}
}

// folder gathers the YAML files below a folder.
func (w *walker) folder(ctx context.Context, root string) error {
	root += string(filepath.Separator) // it may be a link, which is followed where it is named
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return tree.Unreadable(filepath.Clean(path), err)
		case ctx.Err() != nil:
			return ctx.Err()
		case path == root:
			return nil
		case entry.IsDir():
			return w.enter(path, entry.Name())
		case strings.HasPrefix(entry.Name(), "."):
			return nil
		}
		return w.file(path, entry)
	})
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("reading configuration files: %w", err)
	}
	return err //nolint:wrapcheck // it is an OpenError
}

// enter decides whether a folder is looked into.
func (w *walker) enter(path, name string) error {
	if strings.HasPrefix(name, ".") || name == "node_modules" {
		return fs.SkipDir
	}
	if name == "templates" || name == "charts" {
		if _, err := os.Stat(filepath.Join(filepath.Dir(path), "Chart.yaml")); err == nil {
			why := "templates of a Helm chart, which are no YAML: not read"
			if name == "charts" {
				why = "charts that a Helm chart depends on: not read"
			}
			w.skip(path, why)
			return fs.SkipDir
		}
	}
	return nil
}

func (w *walker) skip(path, why string) {
	w.skipped = append(w.skipped, estate.FileDiagnosis{Path: path, Why: why})
	w.notes = append(w.notes, estate.Note{What: path, Why: why})
}

func (w *walker) file(path string, entry fs.DirEntry) error {
	if ext := strings.ToLower(filepath.Ext(path)); ext != ".yaml" && ext != ".yml" {
		return nil
	}
	if entry.Type()&fs.ModeSymlink != 0 { // mounted ConfigMaps are made of them
		if !tree.Regular(path) {
			w.skip(path, "a link to no file: not read")
			return nil
		}
	} else if !entry.Type().IsRegular() {
		w.skip(path, "no regular file: not read")
		return nil
	}
	if len(w.inputs) >= maxFiles {
		return refuse(fmt.Sprintf("more than %d YAML files", maxFiles), "name the folders of API7 alone")
	}
	w.add(input{layers: []string{path}})
	return nil
}
