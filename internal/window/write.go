package window

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/api7-preflight/api7-preflight/internal/outfile"
)

// Write writes the files into a folder, which it makes: all of them or none. A folder that has something in it is left as
// it is, and that is an [outfile.Error], unless force is set: then its files are replaced, and what else is there
// stays, such as what the scripts have saved.
func Write(ctx context.Context, folder string, files []File, force bool) error {
	entries, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return create(ctx, folder, files)
	case err != nil:
		return &outfile.Error{Name: folder, Reason: reason(err), Hint: "choose another folder"}
	case len(entries) > 0 && !force:
		return &outfile.Error{Name: folder, Reason: "there is something in it", Hint: "choose another folder, or --force to replace the files of an earlier run; what the scripts saved stays"}
	}
	return replace(ctx, folder, files)
}

// replace gives a folder new files in place of those of an earlier run, after all of them were written beside these. Files of
// scripts that there are none of any more go: they would look as if they belonged to the new plan.
func replace(ctx context.Context, folder string, files []File) error {
	stale := map[string]bool{}
	for _, name := range Names() {
		stale[name] = true
	}
	for _, f := range files {
		stale[f.Name] = false
		if info, err := os.Lstat(filepath.Join(folder, f.Name)); err == nil && !info.Mode().IsRegular() {
			return &outfile.Error{Name: filepath.Join(folder, f.Name), Reason: "it is no file of an earlier run", Hint: "choose another folder, or take it away"}
		}
	}
	temp, err := os.MkdirTemp(folder, ".new-*.tmp")
	if err != nil {
		return &outfile.Error{Name: folder, Reason: reason(err), Hint: "choose a folder that you can write to"}
	}
	defer os.RemoveAll(temp) //nolint:errcheck // it is empty, or cannot be helped
	if err := fill(ctx, temp, files); err != nil {
		return err
	}
	for _, f := range files {
		if err := os.Rename(filepath.Join(temp, f.Name), filepath.Join(folder, f.Name)); err != nil {
			return &outfile.Error{Name: filepath.Join(folder, f.Name), Reason: reason(err), Hint: "run it again"}
		}
	}
	return remove(folder, stale)
}

// remove removes the files of a folder that are stale.
func remove(folder string, stale map[string]bool) error {
	for name, gone := range stale {
		path := filepath.Join(folder, name)
		if info, err := os.Lstat(path); !gone || err != nil || !info.Mode().IsRegular() {
			continue
		}
		if err := os.Remove(path); err != nil {
			return &outfile.Error{Name: path, Reason: reason(err), Hint: "remove it: it is of an earlier run"}
		}
	}
	return nil
}

// create makes the folder under another name and gives it its own when it is complete.
func create(ctx context.Context, folder string, files []File) error {
	above, last := filepath.Split(filepath.Clean(folder))
	if above == "" {
		above = "."
	}
	temp, err := os.MkdirTemp(above, "."+last+"-*.tmp") // 0700: what the scripts save is for nobody else
	if err != nil {
		return &outfile.Error{Name: folder, Reason: reason(err), Hint: "choose a folder in one that exists and that you can write to"}
	}
	defer os.RemoveAll(temp) //nolint:errcheck // it has become the folder, or cannot be helped
	if err := fill(ctx, temp, files); err != nil {
		return err
	}
	if err := os.Rename(temp, folder); err != nil {
		return &outfile.Error{Name: folder, Reason: reason(err), Hint: "choose another folder"}
	}
	return nil
}

func fill(ctx context.Context, folder string, files []File) error {
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("writing %s: %w", folder, err)
		}
		write := func(w io.Writer) error {
			_, err := w.Write(f.Content)
			return err //nolint:wrapcheck // outfile names the file
		}
		if err := outfile.Write(ctx, filepath.Join(folder, f.Name), outfile.Options{Mode: f.Mode}, write); err != nil {
			return err
		}
	}
	return nil
}

// reason returns the system's error without file names.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	if e, ok := errors.AsType[*os.LinkError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}
