package pgdump

import (
	"time"

	"github.com/api7-preflight/api7-preflight/internal/source/controlplane"
)

// Diagnosis is what can be said of a backup without telling a single value from its rows.
type Diagnosis struct {
	Format    string    `json:"format"`
	Dumped    string    `json:"pg_dump"` // version of pg_dump; empty if the backup does not tell
	Server    string    `json:"server"`  // version of the server; empty if the backup does not tell
	Database  string    `json:"database"`
	Created   time.Time `json:"created"` // by the dumping host's clock, whose zone is not recorded; zero if unknown
	Schema    string    `json:"schema"`
	SchemaWhy string    `json:"schema_why"`

	Concepts []controlplane.ConceptReport `json:"concepts"`
	// Others are the tables of the schema that no concept claims.
	Others []controlplane.TableReport `json:"other_tables"`
}

// Diagnose tells what the backup is and what was recognised in it. A concept without rows has a gap.
func (s *Source) Diagnose() Diagnosis {
	info := s.backup.Info()
	d := Diagnosis{
		Format: string(info.Format), Dumped: info.DumpVersion, Server: info.ServerVersion,
		Database: info.Database, Created: info.Created,
	}
	d.Schema, d.SchemaWhy = s.layout.Schema()
	d.Concepts, d.Others = s.layout.Report()
	for i, p := range s.layout.Places() {
		if gap := s.gap(p); gap != nil && gap != p.Gap() {
			d.Concepts[i].Gaps = append(d.Concepts[i].Gaps, controlplane.GapReport(*gap))
		}
	}
	return d
}
