package pgdump

import (
	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// batches carry rows of kine, in order, from the goroutine that reads the backup to the one that looks at them. Each
// does half of the work.
type batches struct {
	open *batch // being filled
	full chan *batch
	free chan *batch
	done chan error
	err  error // from the worker, when it has ended
}

// batch is a copy of some rows: what an archive yields is valid only during the call.
type batch struct {
	rows []kineRow
	data []byte
}

// kineRow is a row of kine. Its name and value, if needed, are in the data of its batch.
type kineRow struct {
	id      int64
	start   int // of the name
	middle  int // between name and value
	end     int // of the value
	look    controlplane.Look
	kind    estate.Kind
	null    bool // there is no value
	deleted bool
	tooLong bool // so that there is no value
}

const (
	batchBytes = 256 << 10
	batchCount = 3
)

// newBatches starts the worker. After its first error it only drains the batches.
func newBatches(look func(b *batch, r *kineRow) error) *batches {
	q := &batches{open: &batch{}, full: make(chan *batch, 1), free: make(chan *batch, batchCount), done: make(chan error, 1)}
	for range batchCount - 1 {
		q.free <- &batch{}
	}
	go func() {
		var err error
		for b := range q.full {
			for i := range b.rows {
				if err == nil {
					err = look(b, &b.rows[i])
				}
			}
			if b.rows, b.data = b.rows[:0], b.data[:0]; cap(b.data) > 4*batchBytes {
				b.data = nil // a huge row is rare
			}
			q.free <- b
		}
		q.done <- err
	}()
	return q
}

// add takes a row whose name and value are at the end of the open batch, and passes the batch on when it is full.
func (q *batches) add(r kineRow) {
	b := q.open
	if b.rows = append(b.rows, r); len(b.data) >= batchBytes {
		q.full <- b
		q.open = <-q.free
	}
}

// finish waits until every row was looked at. It may be called more than once.
func (q *batches) finish() error {
	if q.full != nil {
		q.full <- q.open
		close(q.full)
		q.full, q.err = nil, <-q.done
	}
	return q.err
}

func (b *batch) name(r *kineRow) []byte { return b.data[r.start:r.middle] }

func (b *batch) value(r *kineRow) []byte { return b.data[r.middle:r.end:r.end] }
