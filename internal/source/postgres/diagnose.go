package postgres

import (
	"context"
	"strconv"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Diagnose returns what the role can see and what was recognised. It reads no values, but counts keys.
func (s *Source) Diagnose(ctx context.Context, need estate.Need) (estate.Diagnosis, error) {
	d := s.layout.Diagnose()
	d.Facts = append(s.server.facts(), d.Facts...)
	if hidden := s.seenThrough(func(*controlplane.Place) bool { return true }); len(hidden) > 0 {
		d.Facts = append(d.Facts, estate.Fact{Label: "secrets", Value: "hidden by views of schema " + viewSchema + ": " + strings.Join(hidden, ", ")})
	}
	keys, gap, err := s.keyShapes(ctx)
	if err != nil {
		return d, err
	}
	d.Keys = keys
	estimate, err := s.Estimate(ctx)
	if err != nil {
		return d, err
	}
	d.Estimate = &estimate
	s.layout.Lack(&d, s.layout.Kine(), gap)
	for _, p := range s.layout.Places() {
		if p.Readable() && p != s.layout.Kine() {
			s.layout.Lack(&d, p, s.unreached[nameOf(p.Table())])
		}
	}
	if err := s.dangling(ctx, &d); err != nil {
		return d, err
	}
	if err := s.layout.LackLife(ctx, &d, s.Stream); err != nil {
		return d, err
	}
	d.Missing = s.layout.Incomplete(&d, need)
	return d, nil
}

// dangling adds the gaps of concepts to which rows refer and which have no table.
func (s *Source) dangling(ctx context.Context, d *estate.Diagnosis) error {
	for _, p := range s.layout.Places() {
		for referred, column := range s.layout.References(p) {
			refers := false
			gap, err := s.attempt(ctx, p, func() error {
				q := query{what: "table " + p.Table().Name, sql: statement("refers", "table", tableSQL(p.Table()), "column", columnSQL(column)), columns: 1}
				return s.session.rows(ctx, q, func(v [][]byte) error {
					refers = isTrue(v[0])
					return nil
				})
			})
			if err != nil {
				return err
			}
			if refers && gap == nil {
				s.layout.Lack(d, referred, s.layout.Dangling(referred))
			}
		}
	}
	return nil
}

func (s server) facts() []estate.Fact {
	user := s.user
	if s.superuser {
		user += " (superuser: `api7-preflight grants` prints a role that can only read)"
	}
	yes := map[bool]string{true: "yes", false: "no"}
	return []estate.Fact{
		{Label: "server", Value: s.version},
		{Label: "time zone", Value: s.timeZone},
		{Label: "standby", Value: yes[s.standby]},
		{Label: "TLS", Value: yes[s.encrypted]},
		{Label: "user", Value: user},
		{Label: "database", Value: s.database},
	}
}

// keyShapes counts the keys in kine by collection. If the server refuses to read kine, that is a gap, as if it were
// not granted.
func (s *Source) keyShapes(ctx context.Context) ([]estate.KeyShape, *estate.Gap, error) {
	p := s.layout.Kine()
	shapes := controlplane.NewKeyShapes()
	gap, err := s.read(ctx, p, func() error {
		q := query{
			what: "table " + p.Table().Name,
			sql:  statement("kine_shapes", "name", columnSQL(p.Column("name")), "table", tableSQL(p.Table())), columns: 3,
		}
		return s.session.rows(ctx, q, func(v [][]byte) error {
			n, _ := strconv.ParseInt(string(v[2]), 10, 64)
			shapes.Add(isTrue(v[0]), string(v[1]), n)
			return nil
		})
	})
	keys := shapes.Sorted()
	if gap == nil && p.Table() != nil && len(keys) == 0 {
		gap = controlplane.NoKeys()
	}
	return keys, gap, err
}
