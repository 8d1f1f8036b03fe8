package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// What a server and a network between there and here do at least, as a rule.
const (
	rowsPerSecond  = 100_000
	bytesPerSecond = 64 << 20
)

// Estimate returns how much reading the recognised tables takes, from the server's catalogue and the sizes of their
// files. It needs no privilege and reads no row. The audit log does not count: only its oldest time is asked for.
func (s *Source) Estimate(ctx context.Context) (estate.Estimate, error) {
	e := estate.Estimate{Guessed: []string{}, Unknown: []string{}}
	var places []*controlplane.Place
	for _, p := range s.layout.Places() {
		if p.Readable() && !p.OnlyOldest() && s.unreached[nameOf(p.Table())] == nil {
			places = append(places, p)
		}
	}
	sizes, err := s.sizes(ctx, places)
	if err != nil {
		return e, err
	}
	var fetched int64
	for i, p := range places {
		one, known := sizes[i+1]
		if !known {
			e.Unknown = append(e.Unknown, p.Table().Name)
			continue
		}
		e.Bytes, e.Rows, fetched = e.Bytes+one.bytes, e.Rows+one.rows, fetched+one.rows
		if p == s.layout.Kine() {
			fetched += one.rows // it is read twice, as kine has it
		}
		if one.guessed {
			e.Guessed = append(e.Guessed, p.Table().Name)
		}
	}
	if len(sizes) == 0 && len(places) > 0 {
		e.Rows, e.Bytes, e.Seconds = -1, -1, -1
		return e, nil
	}
	e.Seconds = max(fetched/rowsPerSecond, e.Bytes/bytesPerSecond, int64(s.session.pace.least(fetched)/time.Second))
	return e, nil
}

// tableSize is how large a table is.
type tableSize struct {
	bytes, rows int64
	guessed     bool
}

// sizes returns the sizes of the tables of places that the server gives, by number, from 1 on.
func (s *Source) sizes(ctx context.Context, places []*controlplane.Place) (map[int]tableSize, error) {
	names := make([][2]string, len(places))
	for i, p := range places {
		names[i] = [2]string{p.Table().Schema, p.Table().Name}
	}
	list, err := json.Marshal(names)
	if err != nil { // never happens for strings
		return nil, fmt.Errorf("naming the tables: %w", err)
	}
	sizes := map[int]tableSize{}
	q := query{what: "the sizes of the tables", sql: statement("estimate"), columns: 5, args: []string{string(list)}}
	err = s.session.guarded(ctx, func() error {
		return s.session.rows(ctx, q, func(v [][]byte) error {
			n, _ := strconv.Atoi(string(v[0]))
			bytes, _ := strconv.ParseInt(string(v[1]), 10, 64)
			rows, _ := strconv.ParseInt(string(v[2]), 10, 64)
			if unknown := isTrue(v[4]); !unknown {
				sizes[n] = tableSize{bytes, rows, isTrue(v[3])}
			}
			return nil
		})
	})
	if _, refused := errors.AsType[*refusal](err); refused {
		return nil, nil
	}
	return sizes, err
}
