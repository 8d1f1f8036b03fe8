package archive

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/api7-preflight/api7-preflight/internal/infile"
)

// input is the file of a backup, which may be compressed as a whole.
type input struct {
	file  *infile.OnDisk
	name  string // as the user gave it
	codec codec  // of the whole file
}

// openInput opens a file. It copies a pipe or stdin to a temporary one, if it begins like a backup.
func openInput(ctx context.Context, name string, o infile.Options) (*input, error) {
	f, err := infile.Open(ctx, name, o)
	if err != nil {
		return nil, unopened(err)
	}
	file, err := f.OnDisk(infile.Judge{Begins: begins, Goes: goesOn})
	if err != nil {
		return nil, unopened(err)
	}
	return &input{file: file, name: name}, nil
}

// unopened returns an error about a file or folder that cannot be opened, without its content.
func unopened(err error) error {
	_, judged := errors.AsType[*Error](err)
	hint := ""
	switch {
	case told(err):
		return own{err}
	case judged:
		return err
	case errors.Is(err, fs.ErrNotExist):
		hint = "check the path"
	case errors.Is(err, fs.ErrPermission):
		hint = "run as a user who may read it, or copy it"
	}
	return because(cause(err), -1, hint, "cannot be opened")
}

// cause returns an error of package os without the path, which the caller adds.
func cause(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

func (in *input) close() error {
	return in.file.Close()
}

// open starts reading the decompressed content at an offset. In a compressed file, that means reading everything
// before it.
func (in *input) open(offset int64, c *coders) (io.Reader, error) {
	if in.codec == codecNone {
		return io.NewSectionReader(in.file, offset, in.file.Size-offset), nil
	}
	r, err := c.decoder(in.codec, bufio.NewReaderSize(io.NewSectionReader(in.file, 0, in.file.Size), readSize))
	if err != nil {
		return nil, because(err, 0, hintDamaged, "cannot be decompressed")
	}
	if _, err := io.CopyN(io.Discard, r, offset); err != nil {
		return nil, broken(err, -1, "too early")
	}
	return r, nil
}

// start returns the first bytes of the content.
func (in *input) start() ([]byte, error) {
	var c coders
	defer c.close()
	r, err := in.open(0, &c)
	if err != nil {
		return nil, err
	}
	b := make([]byte, infile.Begins)
	n, err := io.ReadFull(r, b)
	if err != nil && !isEnd(err) {
		return nil, because(err, 0, hintDamaged, "cannot be read")
	}
	return b[:n], nil
}

const readSize = 64 << 10 // bytes that decoders read at a time

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// open recognises a backup and opens it.
func open(ctx context.Context, name string, o infile.Options) (*Archive, error) {
	if st, err := os.Stat(name); name != "-" && err == nil && st.IsDir() {
		return openDirectory(ctx, name, o)
	}
	in, err := openInput(ctx, name, o)
	if err != nil {
		return nil, err
	}
	a, err := in.archive()
	if err != nil {
		return nil, errors.Join(err, in.close())
	}
	return a, nil
}

// archive opens the backup that the file holds.
func (in *input) archive() (*Archive, error) {
	b, err := in.start()
	if err != nil {
		return nil, err
	}
	if in.codec = codecOf(b); in.codec != codecNone {
		if b, err = in.start(); err != nil {
			return nil, err
		}
	}
	switch {
	case bytes.HasPrefix(b, []byte(magic)):
		return openCustom(in)
	case isTar(b):
		return openTar(in)
	default:
		if err := refuse(b); err != nil {
			return nil, err
		}
		return openPlain(in)
	}
}

// begins says why a file with this beginning is no backup in any format.
func begins(b []byte) error {
	if codecOf(b) != codecNone || isArchive(b) {
		return nil
	}
	return refuse(b)
}

// isArchive reports whether a file starts as one in the custom or tar format.
func isArchive(b []byte) bool { return bytes.HasPrefix(b, []byte(magic)) || isTar(b) }
