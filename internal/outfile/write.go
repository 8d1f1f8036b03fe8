package outfile

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/s2"
)

// Options say how to create a file.
type Options struct {
	// Mode is the mode of a new file, before the umask. An existing file keeps its mode, and its owner if the system
	// permits.
	Mode fs.FileMode
	// New makes it an error to replace a regular file.
	New bool
}

// Write calls fill to write the file that a name leads to. A regular file is replaced in one step by a complete one;
// nothing else is left in its folder, and of two concurrent runs one wins whole. The content of anything that cannot
// be replaced is kept in memory and written when it is complete. Write returns an error of fill unchanged, an error
// about the file as an [Error], and the context's error if it is done while a pipe waits for its reader.
func Write(ctx context.Context, name string, o Options, fill func(io.Writer) error) error {
	t, err := Find(name)
	switch {
	case err != nil:
		return err
	case t.info != nil && t.info.IsDir():
		return t.failed(errFolder)
	case t.info != nil && !t.Exists():
		return t.collect(ctx, fill)
	}
	temp, err := beside(t.path, o.Mode)
	if t.info != nil && irreplaceable(err) {
		return t.collect(ctx, fill)
	}
	if err != nil {
		return t.failed(err)
	}
	defer os.Remove(temp.Name()) //nolint:errcheck // it has become the file, or cannot be helped
	defer temp.Close()           //nolint:errcheck // closed before it matters
	if err := fill(&sink{temp, t}); err != nil {
		return err
	}
	return t.become(ctx, temp, o)
}

// collect calls fill and writes its complete output to a target that cannot be replaced. Until then it keeps the output
// compressed, because that may be large.
func (t Target) collect(ctx context.Context, fill func(io.Writer) error) error {
	var content pieces
	packed := s2.NewWriter(&content, s2.WriterConcurrency(1))
	if err := fill(packed); err != nil {
		return err
	}
	if err := packed.Close(); err != nil {
		return t.failed(err)
	}
	return t.pour(ctx, s2.NewReader(&content))
}

// pieces keeps what is written in pieces, so that a large content is never copied to grow.
type pieces struct{ net.Buffers }

// Write keeps a copy of b.
func (p *pieces) Write(b []byte) (int, error) {
	p.Buffers = append(p.Buffers, bytes.Clone(b))
	return len(b), nil
}

// become makes a temporary file the one that t names, or writes its content there if that cannot be replaced.
func (t Target) become(ctx context.Context, temp *os.File, o Options) error {
	if _, err := os.Lstat(t.path); err == nil && o.New {
		return &Error{t.name, "it exists now and did not when this run began", anotherHint}
	}
	if t.info != nil {
		if err := keep(temp, t.info); err != nil {
			return t.failed(err)
		}
	}
	if err := temp.Sync(); err != nil {
		return t.failed(err)
	}
	err := os.Rename(temp.Name(), t.path)
	if t.info == nil || !irreplaceable(err) {
		return t.failed(err)
	}
	if _, err := temp.Seek(0, io.SeekStart); err != nil {
		return t.failed(err)
	}
	return t.pour(ctx, temp)
}

// keep gives a file the mode of another, and the owner if that is permitted.
func keep(f *os.File, of fs.FileInfo) error {
	own(f, of)
	return f.Chmod(of.Mode().Perm()) //nolint:wrapcheck // put into words by the caller
}

// beside creates a file in the same folder. Its name begins with a dot, so that readers of the folder ignore it.
func beside(path string, mode fs.FileMode) (*os.File, error) {
	for {
		name := filepath.Join(filepath.Dir(path), ".api7-preflight-"+rand.Text()+".tmp")
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) {
			return f, err //nolint:wrapcheck // put into words by the caller
		}
	}
}

// sink makes errors name the target instead of the temporary file, for example if the disk is full.
type sink struct {
	w io.Writer
	t Target
}

// Write passes p on.
func (s *sink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	return n, s.t.failed(err)
}

// pour writes content to an existing target in place. Of two concurrent runs one waits for the other.
func (t Target) pour(ctx context.Context, content io.Reader) error {
	to, err := t.open(ctx)
	if err != nil {
		return t.failed(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = to.SetWriteDeadline(time.Unix(1, 0)) }) // on a disk it has no effect and needs none
	defer stop()
	_, err = io.Copy(to, content)
	err = errors.Join(err, to.Close())
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return t.failed(err)
}
