package archive

import (
	"bufio"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/api7-preflight/api7-preflight/internal/infile"
)

// directory is an archive in the directory format, or an extracted tar file.
type directory struct {
	*toc
	name  string
	root  *os.Root
	whole bool // every file was found to exist and to be complete
}

const tocFile = "toc.dat"

func openDirectory(ctx context.Context, name string, o infile.Options) (*Archive, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, unopened(err)
	}
	t, err := directoryTOC(ctx, root, name, o)
	if err != nil {
		return nil, errors.Join(inFile(err, filepath.Join(name, tocFile)), root.Close())
	}
	t.info.Format = Directory
	return &Archive{info: t.info, tables: t.cat.tables, catalog: &t.cat, foreign: t.foreign.list, backend: &directory{toc: t, name: name, root: root}}, nil
}

func directoryTOC(ctx context.Context, root *os.Root, name string, o infile.Options) (*toc, error) {
	f, err := infile.OpenIn(ctx, root, tocFile, o)
	if errors.Is(err, fs.ErrNotExist) {
		if err := folderNames(root).product(); err != nil {
			return nil, inFile(err, name)
		}
		return nil, bad(-1, "name the file of the backup, or the folder that pg_dump -Fd wrote", "does not exist")
	}
	if err != nil {
		return nil, unopened(err)
	}
	defer func() { _ = f.Close() }()
	return readFolderTOC(f)
}

// readFolderTOC reads the toc.dat of a folder or tar file.
func readFolderTOC(src io.Reader) (*toc, error) {
	var win window
	win.reset(src, 0)
	t, err := readTOC(&win)
	if err == nil && t.layout != layoutTar {
		err = bad(int64(len(magic)), "name the file itself", "is an archive in the custom format")
	}
	if _, more := win.peek(); err == nil && more {
		err = bad(win.offset(), hintDamaged, "continues past its end")
	}
	return t, err
}

func (d *directory) close() error {
	return d.root.Close() //nolint:wrapcheck // nothing to add
}

// read passes on the rows of the wanted tables. The first call also reads the files of the others, to check that none
// is cut off.
func (d *directory) read(r *reading) error {
	defer r.close()
	for i := range d.entries {
		e := &d.entries[i]
		if d.whole && !r.wanted[e.table] {
			continue
		}
		if err := r.stop(); err != nil {
			return own{err}
		}
		if err := d.table(r, e); err != nil {
			return err
		}
	}
	d.whole = true
	return nil
}

// table passes on the rows in the file of one table, if it is wanted.
func (d *directory) table(r *reading, e *entry) (err error) {
	name, f, err := d.open(e.file)
	defer func() { err = inFile(inTable(err, &r.tables[e.table]), filepath.Join(d.name, name)) }()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	defer r.ahead.stop()
	rows := func() error { return r.rows(d.toc, e) }
	if !r.wanted[e.table] {
		rows = func() error { return r.unwanted(e) }
	}
	kind := suffixes[slices.IndexFunc(suffixes, func(s suffix) bool { return e.file+s.text == name })].codec
	if kind == codecNone {
		r.win.reset(f, 0)
		return rows()
	}
	src, err := r.coders.decoder(kind, bufio.NewReaderSize(f, readSize))
	if err != nil {
		return broken(err, 0, "in the head of compressed data")
	}
	r.win.reset(r.ahead.start(src), 0)
	return inData(rows(), -1)
}

type suffix struct {
	text  string
	codec codec
}

// suffixes are what pg_dump appends to the name in the table of contents.
var suffixes = []suffix{{"", codecNone}, {".gz", codecGzip}, {".lz4", codecLZ4}, {".zst", codecZstd}}

// open opens the file of an entry, compressed or not.
func (d *directory) open(file string) (string, io.ReadCloser, error) {
	if file == "" || filepath.Base(file) != file {
		return tocFile, nil, bad(-1, hintDamaged, "names the file %q", file)
	}
	for _, s := range suffixes {
		f, err := infile.RegularIn(d.root, file+s.text)
		if err == nil {
			return file + s.text, f, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return file + s.text, nil, because(cause(err), -1, "", "cannot be opened")
		}
	}
	return file, nil, bad(-1, "copy the whole folder; "+tocFile+" says that this file belongs to it", "does not exist, nor with .gz, .lz4 or .zst")
}
