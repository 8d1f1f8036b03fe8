package archive

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
)

// input is the file of a backup, which may be compressed as a whole.
type input struct {
	file  *os.File
	name  string // as the user gave it
	size  int64
	temp  string // to be removed at the end
	codec codec  // of the whole file
}

// openInput opens a regular file. It copies a pipe or stdin to a temporary one.
func openInput(name string, stdin io.Reader) (*input, error) {
	if name == "-" {
		if stdin == nil {
			return nil, bad(-1, "", "there is no standard input")
		}
		return spool(name, stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, unopened(err)
	}
	st, err := f.Stat()
	switch {
	case err != nil:
	case st.Mode().IsRegular():
		return &input{file: f, name: name, size: st.Size()}, nil
	case st.Mode()&os.ModeNamedPipe != 0:
		in, err := spool(name, f)
		return in, errors.Join(err, f.Close())
	default:
		err = bad(-1, "name a file, a directory of pg_dump -Fd, or - for standard input", "is not a file")
	}
	return nil, errors.Join(err, f.Close())
}

// unopened returns an error about a file or folder that cannot be opened, without its content.
func unopened(err error) error {
	hint := ""
	switch {
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

// spool copies r into a temporary file, which has no name if the system allows that.
func spool(name string, r io.Reader) (*input, error) {
	f, err := os.CreateTemp("", "api7-preflight-*")
	if err != nil {
		return nil, because(cause(err), -1, "set TMPDIR to a folder that can be written, or name a file instead",
			"cannot be spooled to a temporary file in "+os.TempDir())
	}
	in := &input{file: f, name: name}
	if os.Remove(f.Name()) != nil {
		in.temp = f.Name()
	}
	if in.size, err = io.Copy(f, r); err != nil {
		return nil, errors.Join(because(cause(err), in.size, "set TMPDIR to a folder with more room, or name a file instead",
			"cannot be spooled to a temporary file in "+os.TempDir()), in.close())
	}
	return in, nil
}

func (in *input) close() error {
	err := in.file.Close()
	if in.temp != "" {
		err = errors.Join(err, os.Remove(in.temp))
	}
	return err
}

// open starts reading the decompressed content at an offset. In a compressed file, that means reading everything
// before it.
func (in *input) open(offset int64, c *coders) (io.Reader, error) {
	if in.codec == codecNone {
		return io.NewSectionReader(in.file, offset, in.size-offset), nil
	}
	r, err := c.decoder(in.codec, bufio.NewReaderSize(io.NewSectionReader(in.file, 0, in.size), readSize))
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
	b := make([]byte, sniffed)
	n, err := io.ReadFull(r, b)
	if err != nil && !isEnd(err) {
		return nil, because(err, 0, hintDamaged, "cannot be read")
	}
	return b[:n], nil
}

const (
	sniffed  = 4096
	readSize = 64 << 10 // bytes that decoders read at a time
)

func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// open recognises a backup and opens it.
func open(name string, stdin io.Reader) (*Archive, error) {
	if st, err := os.Stat(name); name != "-" && err == nil && st.IsDir() {
		return openDirectory(name)
	}
	in, err := openInput(name, stdin)
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
