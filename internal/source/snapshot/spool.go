package snapshot

import (
	"bufio"
	"bytes"
	"container/heap"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// held is the number of bytes of lines that a spool keeps in memory before it writes a sorted run.
const held = 16 << 20

// spool sorts any number of lines by their bytes. Databases return rows in no fixed order, but the same installation
// must give the same file. Memory is limited: the rest goes into a temporary file, which like the snapshot contains
// no secrets.
type spool struct {
	dir   string
	limit int
	text  []byte
	ends  []int // ends of the lines in text
	file  *os.File
	size  int64
	runs  []span // sorted parts of the file
}

type span struct{ from, to int64 }

// add keeps a copy of a line, which must end in a newline.
func (s *spool) add(line []byte) error {
	if len(s.text) > 0 && len(s.text)+len(line) > s.limit {
		if err := s.spill(); err != nil {
			return err
		}
	}
	s.text = append(s.text, line...)
	s.ends = append(s.ends, len(s.text))
	return nil
}

// sorted returns the lines in memory, sorted.
func (s *spool) sorted() [][]byte {
	lines, start := make([][]byte, len(s.ends)), 0
	for i, end := range s.ends {
		lines[i], start = s.text[start:end], end
	}
	slices.SortFunc(lines, bytes.Compare)
	return lines
}

// spill writes the lines in memory to the file as one run.
func (s *spool) spill() error {
	if s.file == nil {
		file, err := os.CreateTemp(s.dir, "api7-preflight-*.tmp")
		if err != nil {
			return fmt.Errorf("making a temporary file: %w", err)
		}
		s.file = file
	}
	run := span{from: s.size, to: s.size + int64(len(s.text))}
	w := bufio.NewWriterSize(s.file, 1<<20)
	for _, line := range s.sorted() {
		_, _ = w.Write(line) // Flush returns the error
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing a temporary file: %w", err)
	}
	s.runs, s.size = append(s.runs, run), run.to
	s.text, s.ends = s.text[:0], s.ends[:0]
	return nil
}

// each calls yield for all lines in order.
func (s *spool) each(yield func(line []byte) error) error {
	if len(s.runs) == 0 {
		for _, line := range s.sorted() {
			if err := yield(line); err != nil {
				return err
			}
		}
		return nil
	}
	if err := s.spill(); err != nil {
		return err
	}
	s.text, s.ends = nil, nil
	return s.merge(yield)
}

func (s *spool) merge(yield func(line []byte) error) error {
	open := &runs{}
	for _, r := range s.runs {
		next := &run{lines: newLineReader(io.NewSectionReader(s.file, r.from, r.to-r.from))}
		if err := next.advance(); err != nil {
			return err
		}
		open.all = append(open.all, next)
	}
	heap.Init(open)
	for open.Len() > 0 {
		first := open.all[0]
		if err := yield(first.line); err != nil {
			return err
		}
		switch err := first.advance(); {
		case errors.Is(err, io.EOF):
			heap.Pop(open)
		case err != nil:
			return err
		default:
			heap.Fix(open, 0)
		}
	}
	return nil
}

// close removes the temporary file.
func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
		s.file = nil
	}
}

// run is a sorted part of the file with its next line.
type run struct {
	lines *lineReader
	line  []byte
}

func (r *run) advance() (err error) {
	r.line, err = r.lines.next()
	return err
}

// runs is a heap of runs, ordered by their next lines.
type runs struct{ all []*run }

func (r *runs) Len() int           { return len(r.all) }
func (r *runs) Less(i, j int) bool { return bytes.Compare(r.all[i].line, r.all[j].line) < 0 }
func (r *runs) Swap(i, j int)      { r.all[i], r.all[j] = r.all[j], r.all[i] }

// Push is for [heap.Interface]; runs never grow.
func (*runs) Push(any) {}

// Pop removes the last run.
func (r *runs) Pop() any {
	last := len(r.all) - 1
	popped := r.all[last]
	r.all = r.all[:last]
	return popped
}
