package postgres

import (
	"context"
	"strings"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Source is an open database. It reads everything in one transaction, so all of it is from the same moment.
type Source struct {
	session session
	name    string
	server  server
	layout  *controlplane.Layout
	// unreached are tables that Open found to be out of reach.
	unreached unreached
}

// kindName is the name of this kind of source in reports.
const kindName = "postgres"

// Info returns the kind of source and the database's URL without user and password.
func (s *Source) Info() estate.Info { return estate.Info{Kind: kindName, Name: s.name} }

// Holds reports whether API7's database can hold resources of kind k: every kind but those of configuration files.
func (*Source) Holds(k estate.Kind) bool { return controlplane.Holds(k) }

// Release ends the transaction and the connection, and returns how long the transaction was open.
func (s *Source) Release() time.Duration {
	_ = s.Close() // a server that is gone holds nothing
	return s.session.held
}

// Close ends the transaction and the connection.
func (s *Source) Close() error { return s.session.close(context.Background()) }

// Versions returns the versions that gateway instances reported and those that gateway groups are meant to run. The
// database does not show the control plane's own version. What cannot be read is left out; Stream reports it as a gap
// of its kind.
func (s *Source) Versions(ctx context.Context) ([]estate.VersionEvidence, error) {
	versions := controlplane.NewVersions(s.layout)
	for _, part := range []struct {
		place *controlplane.Place
		row   func(values [][]byte)
	}{{s.layout.Instances(), versions.Instance}, {s.layout.Groups(), versions.Group}} {
		_, err := s.read(ctx, part.place, func() error {
			return s.session.tableRows(ctx, part.place, func(values [][]byte, _ int64) error {
				part.row(values)
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	return versions.Evidence(), nil
}

// Stream reads every needed kind: first gateway groups, then the relational tables, then kine. Of the audit log it asks
// only for the oldest time.
func (s *Source) Stream(ctx context.Context, need estate.Need, yield func(*estate.Resource) error) (estate.Coverage, error) {
	a := controlplane.NewAssembler(s.layout, kindName, need, yield)
	if s.server.superuser {
		a.Note("role "+s.server.user, "is a superuser; a role made by `api7-preflight grants` can read what is needed and nothing else")
	}
	if hidden := s.seenThrough(a.Wants); len(hidden) > 0 {
		a.Note("secrets", "are hidden by views of schema %s, through which these tables are read: %s", viewSchema, strings.Join(hidden, ", "))
	}
	if err := a.Database(s.server.engine()); err != nil {
		return estate.Coverage{}, err
	}
	for _, p := range s.layout.Places() {
		if !a.Wants(p) {
			continue
		}
		if err := s.place(ctx, p, a); err != nil {
			return estate.Coverage{}, err
		}
	}
	return a.Coverage(), nil
}

// place reads one place.
func (s *Source) place(ctx context.Context, p *controlplane.Place, a *controlplane.Assembler) error {
	if p.OnlyOldest() {
		return s.auditLog(ctx, p, a)
	}
	gap, err := s.read(ctx, p, func() error {
		if p == s.layout.Kine() {
			return s.kine(ctx, p, a)
		}
		return s.session.tableRows(ctx, p, func(values [][]byte, size int64) error { return a.Row(p, values, size) })
	})
	if err != nil {
		return err
	}
	a.Finish(p, gap)
	if !a.CountsRepeats(p) {
		return nil
	}
	return s.countRepeats(ctx, p, a)
}
