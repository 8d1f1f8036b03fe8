package snapshot

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

var (
	errLongLine = fmt.Errorf("a line is longer than %d bytes", maxLine)
	errCutLine  = errors.New("the last line is truncated")
)

// lineReader reads lines of limited length.
type lineReader struct {
	in   *bufio.Reader
	long []byte // a line that is longer than the buffer
}

func newLineReader(r io.Reader) *lineReader { return &lineReader{in: bufio.NewReaderSize(r, 64<<10)} }

// next returns a line with its newline, valid until the next call; [io.EOF] after the last one.
func (l *lineReader) next() ([]byte, error) {
	line, err := l.in.ReadSlice('\n')
	if err == nil {
		return line, nil
	}
	l.long = append(l.long[:0], line...)
	for errors.Is(err, bufio.ErrBufferFull) {
		if len(l.long) > maxLine {
			return nil, errLongLine
		}
		line, err = l.in.ReadSlice('\n')
		l.long = append(l.long, line...)
	}
	switch {
	case errors.Is(err, io.EOF) && len(l.long) == 0:
		return nil, io.EOF
	case errors.Is(err, io.EOF):
		return nil, errCutLine
	case err != nil:
		return nil, fmt.Errorf("reading a line: %w", err)
	}
	return l.long, nil
}
