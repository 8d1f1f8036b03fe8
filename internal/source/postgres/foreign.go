package postgres

import (
	"context"
	"errors"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// reach tries the tables of a database that has foreign tables, and records those whose foreign server cannot be
// reached, so that nobody waits for them again. If lost is true, that took the connection: before PostgreSQL 16 a
// server that connects to another cannot be interrupted.
func (s *Source) reach(ctx context.Context) (lost bool, err error) {
	foreign := map[tableName]string{} // the foreign server of each foreign table
	q := query{what: "the database's foreign tables", sql: statement("foreign"), columns: 3}
	err = s.session.rows(ctx, q, func(v [][]byte) error {
		foreign[tableName{string(v[0]), string(v[1])}] = string(v[2])
		return nil
	})
	if err != nil || len(foreign) == 0 {
		return false, err
	}
	deadline := s.session.deadline
	if err := s.session.limit(ctx, min(connectDeadline, deadline)); err != nil {
		return false, err
	}
	for _, p := range s.layout.Places() {
		if !p.Readable() || s.unreached[nameOf(p.Table())] != nil {
			continue
		}
		refusal, err := s.try(ctx, p.Table())
		if refusal != nil {
			s.blame(p.Table(), foreign, refusal)
		}
		if err != nil || s.session.conn.IsClosed() {
			return err == nil, err
		}
	}
	return false, s.session.limit(ctx, deadline)
}

// try asks for no rows of a table, for which the server connects to the foreign servers that it needs. It returns why
// one of them cannot be reached, if so; the connection may then be closed.
func (s *Source) try(ctx context.Context, t *controlplane.Table) (*refusal, error) {
	q := query{what: "table " + t.Name, sql: statement("reach", "table", tableSQL(t)), columns: 1}
	err := s.session.guarded(ctx, func() error {
		return s.session.rows(ctx, q, func([][]byte) error { return nil })
	})
	if refused, ok := errors.AsType[*refusal](err); ok {
		switch {
		case refused.abroad:
			return refused, nil
		case refused.code == cancelled:
			return noAnswer(), nil
		}
		return nil, nil // reading the table says why
	}
	if ending, ok := errors.AsType[*ending](err); ok && ending.silent {
		return noAnswer(), nil
	}
	return nil, err
}

// noAnswer is the refusal of a foreign server that does not answer.
func noAnswer() *refusal {
	return &refusal{why: "it needs a foreign server that does not answer", hint: foreignServer, code: cancelled}
}

// blame records why a table cannot be read. If that took time, it does so for all tables of the same foreign server.
func (s *Source) blame(t *controlplane.Table, foreign map[tableName]string, why *refusal) {
	s.unreached[nameOf(t)] = why.gap(t)
	server, known := foreign[nameOf(t)]
	if why.code != cancelled || !known {
		return
	}
	for _, p := range s.layout.Places() {
		if p.Readable() && foreign[nameOf(p.Table())] == server {
			s.unreached[nameOf(p.Table())] = why.gap(p.Table())
		}
	}
}

// tableName identifies a table in a database.
type tableName struct{ schema, name string }

func nameOf(t *controlplane.Table) tableName { return tableName{t.Schema, t.Name} }

// unreached are the tables that cannot be read because of a foreign server.
type unreached map[tableName]*estate.Gap
