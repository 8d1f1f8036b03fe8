package outfile

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"time"
)

// inPlace is a file or socket to write into.
type inPlace interface {
	io.WriteCloser
	SetWriteDeadline(time.Time) error
}

// open opens the target, empties it if it is a file, and keeps other runs out. Opening a pipe waits for its reader.
func (t Target) open(ctx context.Context) (inPlace, error) {
	if t.info.Mode()&fs.ModeSocket != 0 {
		to, err := new(net.Dialer).DialContext(ctx, "unix", t.path)
		if err != nil {
			return nil, fmt.Errorf("connecting: %w", err)
		}
		return to, nil
	}
	type opened struct {
		file *os.File
		err  error
	}
	result := make(chan opened, 1)
	go func() {
		file, err := t.openAlone()
		result <- opened{file, err}
	}()
	select {
	case r := <-result:
		return r.file, r.err
	case <-ctx.Done(): // the call of open is abandoned: nothing else ends it
		return nil, fmt.Errorf("waiting for a reader: %w", ctx.Err())
	}
}

// openAlone opens a file, device or pipe. If several runs want to write, they take turns.
func (t Target) openAlone() (*os.File, error) {
	if t.regular() && t.descriptor > 0 {
		return again(t.descriptor, t.name)
	}
	f, err := os.OpenFile(t.path, os.O_WRONLY, 0)
	if err != nil {
		return nil, err //nolint:wrapcheck // put into words by the caller
	}
	if t.regular() || t.info.Mode()&fs.ModeNamedPipe != 0 {
		err = lock(f)
	}
	if err == nil && t.regular() {
		err = f.Truncate(0)
	}
	if err != nil {
		_ = f.Close()
		return nil, err //nolint:wrapcheck // as above
	}
	return f, nil
}
