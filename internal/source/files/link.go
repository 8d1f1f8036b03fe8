package files

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// really returns the absolute path of a file or folder, without links.
func really(path string) string {
	if plain, err := filepath.EvalSymlinks(path); err == nil {
		path = plain
	}
	return absolute(path)
}

func leadsToFolder(link string) bool {
	info, err := os.Stat(link)
	return err == nil && info.IsDir()
}

// link follows a link to a folder, each only once. One that lies in what is read anyway brings nothing, and one above it
// would bring it again.
func (w *walker) link(ctx context.Context, root, path string) error {
	if err := w.enter(root, path, filepath.Base(path)); errors.Is(err, fs.SkipDir) {
		return nil // passing it on would leave out what stands beside a link
	} else if err != nil {
		return err
	}
	folder := really(path)
	switch {
	case slices.ContainsFunc(slices.Concat(w.roots, w.linked), func(other string) bool { return below(folder, other) }):
		return nil
	case slices.ContainsFunc(w.roots, func(other string) bool { return below(other, folder) }):
		w.gaps = append(w.gaps, unread(estate.Position{File: path}, "a link to a folder above the one that was named: not followed",
			"name that folder, or leave the link out: --exclude "+path))
		return nil
	}
	w.linked = append(w.linked, folder)
	return w.walk(ctx, root, path+string(filepath.Separator))
}

// dangling says of a link that it leads to nothing. Where it, or what it leads to, is called after API7, that is a doubt.
func (w *walker) dangling(path string, sort sort, ours bool) {
	const why = "a link to no file: not read"
	target, _ := os.Readlink(path)
	switch {
	case ours || strings.Contains(strings.ToLower(target), "api7"):
		w.gaps = append(w.gaps, unread(estate.Position{File: path}, why+"; it is called after API7", "give the file that it should lead to, or leave the link out: --exclude "+path))
	case sort == data:
		w.skip(path, why)
	}
}
