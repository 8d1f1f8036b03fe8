package archive

import (
	"archive/tar"
	"bufio"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
)

// tarred is an archive that pg_dump -Ft wrote, or the folder of pg_dump -Fd in a tar file.
type tarred struct {
	*toc
	file   *input
	folder string // of its members in the tar file
	whole  bool   // every member was found to exist and to be complete
}

// openTar opens the backup in a tar file. The table of contents may be anywhere in it.
func openTar(in *input) (*Archive, error) {
	var c coders
	defer c.close()
	m, err := newMembers(in, &c)
	if err != nil {
		return nil, err
	}
	var seen []string
	for {
		name, err := m.next()
		switch {
		case err == io.EOF: //nolint:errorlint // never wrapped
			return nil, notPgDump(seen)
		case err != nil:
			return nil, err
		case path.Base(name) == tocFile:
			return m.open(in, path.Dir(name))
		}
		if len(seen) == maxSeen {
			return nil, notPgDump(seen)
		}
		seen = append(seen, name)
	}
}

// maxSeen is the number of members of a tar file after which it holds no folder of pg_dump.
const maxSeen = 100_000

func notPgDump(seen []string) error {
	if err := topNames(seen).product(); err != nil {
		return err
	}
	hint := hintPostgres
	if len(seen) == 1 {
		hint = "if the file in it is a backup by pg_dump, extract it and name it, or pipe it: tar -xOf … | api7-preflight check --backup -"
	}
	return bad(0, hint, "is a tar file without the %s of pg_dump", tocFile)
}

// open reads the table of contents, which is the current member.
func (m *members) open(in *input, folder string) (*Archive, error) {
	t, err := readFolderTOC(m.tar)
	if err != nil {
		return nil, inFile(m.blame(err), in.name+" ("+tocFile+")")
	}
	t.info.Format = Tar
	if in.codec != codecNone {
		t.info.Compression += " in " + in.codec.String()
	}
	return &Archive{info: t.info, tables: t.cat.tables, catalog: &t.cat, foreign: t.foreign.list, backend: &tarred{toc: t, file: in, folder: folder}}, nil
}

func (a *tarred) close() error { return a.file.close() }

// read passes on the rows of the wanted tables in the order of the tar file, in one pass. The first call also checks
// that nothing is missing or cut off.
func (a *tarred) read(r *reading) error {
	defer r.close()
	var c coders
	defer c.close()
	m, err := newMembers(a.file, &c)
	if err != nil {
		return inFile(err, a.file.name)
	}
	left := a.needed(r)
	for len(left) > 0 || !a.whole {
		if err := r.stop(); err != nil {
			return own{err}
		}
		name, err := m.next()
		if err == io.EOF { //nolint:errorlint // never wrapped
			break
		}
		if err == nil {
			err = a.member(r, m, name, left)
		}
		if err != nil {
			return inFile(err, a.file.name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		e := left[name]
		return inFile(inTable(bad(-1, "make the tar file again with all files of the folder", "%s does not exist in it, nor with .gz, .lz4 or .zst", e.file),
			&r.tables[e.table]), a.file.name)
	}
	a.whole = true
	return nil
}

// needed returns the entries to be read, by the names of their files.
func (a *tarred) needed(r *reading) map[string]*entry {
	left := map[string]*entry{}
	for i := range a.entries {
		if e := &a.entries[i]; !a.whole || r.wanted[e.table] {
			left[e.file] = e
		}
	}
	return left
}

// member passes on the rows in a member, if it holds any, and strikes it off those left.
func (a *tarred) member(r *reading, m *members, name string, left map[string]*entry) error {
	if path.Dir(name) != a.folder {
		return nil
	}
	for _, s := range suffixes {
		file, ok := strings.CutSuffix(path.Base(name), s.text)
		e := left[file]
		if !ok || e == nil {
			continue
		}
		delete(left, file)
		src, err := r.coders.decoder(s.codec, bufio.NewReaderSize(m.tar, readSize))
		if err != nil {
			return broken(err, 0, "in the head of compressed data")
		}
		if s.codec != codecNone {
			src = r.ahead.start(src)
		}
		r.win.reset(src, 0)
		if r.wanted[e.table] {
			err = r.rows(a.toc, e)
		} else {
			err = r.unwanted(e)
		}
		r.ahead.stop()
		if err != nil {
			return inFile(inTable(m.blame(inData(err, -1)), &r.tables[e.table]), a.file.name+" ("+name+")")
		}
	}
	return nil
}

// members walks over the files in a tar file.
type members struct {
	tar *tar.Reader
	src *tarSource
}

// tarSource is the content of a tar file. It remembers how it ended.
type tarSource struct {
	r   io.Reader
	err error
}

func (s *tarSource) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && (n == 0 || err != io.EOF) {
		s.err = err
	}
	return n, err //nolint:wrapcheck // a reader's end
}

// seekable lets a tar reader skip what is not read.
type seekable struct {
	*tarSource
	io.Seeker
}

func newMembers(in *input, c *coders) (*members, error) {
	r, err := in.open(0, c)
	if err != nil {
		return nil, err
	}
	m := &members{src: &tarSource{r: r}}
	if s, ok := r.(io.Seeker); ok {
		m.tar = tar.NewReader(seekable{m.src, s})
	} else {
		m.tar = tar.NewReader(m.src)
	}
	return m, nil
}

// next goes on to the next file and returns its name; [io.EOF] at the end mark, and nowhere else.
func (m *members) next() (string, error) {
	for {
		h, err := m.tar.Next()
		switch {
		case err == io.EOF && m.src.err != nil:
			return "", broken(m.src.err, -1, "before the end mark of the tar file")
		case err == io.EOF:
			return "", m.rest()
		case err != nil:
			return "", m.blame(because(err, -1, hintDamaged, "is a damaged tar file"))
		case h.Typeflag == tar.TypeReg:
			return path.Clean(h.Name), nil
		}
	}
}

// rest reads what follows the end mark, so that a checksum is compared.
func (m *members) rest() error {
	if _, err := io.Copy(io.Discard, m.src); err != nil {
		return broken(err, -1, "after the end mark of the tar file")
	}
	return io.EOF
}

// blame returns the error of the file below, if there is one, instead of what was made of it.
func (m *members) blame(err error) error {
	if m.src.err != nil && !errors.Is(m.src.err, io.EOF) {
		return broken(m.src.err, -1, "in a tar file")
	}
	if m.src.err != nil {
		return broken(nil, -1, "inside a file of the tar file")
	}
	return err
}
