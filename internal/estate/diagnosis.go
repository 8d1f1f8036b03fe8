package estate

import (
	"context"
	"slices"
)

// Diagnosis is what can be said of a source without telling a value from it, so that it can be shown to others: what
// the source is, what was recognised in it, and what cannot be read. It is the same type for every source; a list of
// which a source has nothing is empty.
type Diagnosis struct {
	// Missing names the needed kinds, or the concepts that stand for them, that cannot be read completely.
	Missing []string `json:"missing"`
	// Facts say what the source is, in the order in which they are shown.
	Facts []Fact          `json:"facts"`
	Files []FileDiagnosis `json:"files"`
	// Concepts are where the tables of a control plane were found, Keys what is in its table kine, and Tables the tables
	// that no concept claims.
	Concepts  []ConceptDiagnosis `json:"concepts"`
	Keys      []KeyShape         `json:"keys"`
	Tables    []TableDiagnosis   `json:"other_tables"`
	Addresses []AddressDiagnosis `json:"addresses"`
	// Sources are those that a snapshot was taken from.
	Sources []SourceDiagnosis `json:"sources"`
	Kinds   []KindDiagnosis   `json:"kinds"`
	// Elsewhere are the needed kinds that the source cannot hold, and that are not missing from it: whoever asks adds them.
	Elsewhere []Kind `json:"elsewhere"`
	// Gaps are what cannot be read and belongs to no part above.
	Gaps  []Gap  `json:"gaps"`
	Notes []Note `json:"notes"`
}

// Complete reports whether everything that is needed and that a source of this type can hold can be read.
func (d *Diagnosis) Complete() bool { return len(d.Missing) == 0 && len(d.Gaps) == 0 }

// Fact is one thing that is known of a source or of a file.
type Fact struct {
	Label string `json:"label"` // at most ten letters
	Value string `json:"value"`
}

// FileDiagnosis says what a file was taken for.
type FileDiagnosis struct {
	Path      string              `json:"path"`
	Why       string              `json:"why"` // why nothing of it was read; else empty
	Facts     []Fact              `json:"facts"`
	Documents []DocumentDiagnosis `json:"documents"`
	Kinds     []KindDiagnosis     `json:"kinds"`
}

// DocumentDiagnosis says what one or several documents of a file were taken for.
type DocumentDiagnosis struct {
	Line       int    `json:"line"` // of the first
	Count      int    `json:"count"`
	Recognised string `json:"recognised"`
	Why        string `json:"why"`
	Used       bool   `json:"used"` // something of it concerns API7
}

// KindDiagnosis says how completely a kind can be read.
type KindDiagnosis struct {
	Kind    Kind  `json:"kind"`
	Count   int64 `json:"count"`   // damaged ones included
	Damaged int64 `json:"damaged"` // that cannot be read
	Partial bool  `json:"partial"` // of some of the gateway groups, and it is not told of which
	Gaps    []Gap `json:"gaps"`
}

// Complete reports whether all of the kind can be read.
func (k *KindDiagnosis) Complete() bool { return k.Damaged == 0 && len(k.Gaps) == 0 }

// ConceptDiagnosis says where one concept of a control plane was found.
type ConceptDiagnosis struct {
	Concept     string            `json:"concept"`
	Table       string            `json:"table"` // "" where none is recognised or needed
	Schema      string            `json:"schema"`
	Score       int               `json:"score"`     // 0 to 100; 100 is named by the schema map
	Why         string            `json:"why"`       // why this table, or why none is needed
	Rows        int64             `json:"rows"`      // -1 if not known
	Estimated   bool              `json:"estimated"` // the number of rows is the server's estimate
	Columns     []ColumnDiagnosis `json:"columns"`
	Candidates  []string          `json:"candidates"`   // tables whose name matches and that were not chosen
	RowSecurity bool              `json:"row_security"` // it is on; where it hides rows from the role, a gap says so
	Gaps        []Gap             `json:"gaps"`
}

// ColumnDiagnosis says where one column of a concept was found.
type ColumnDiagnosis struct {
	Name   string      `json:"name"`   // as a schema map writes it
	Column string      `json:"column"` // in the table; "" where it has none
	Type   string      `json:"type"`
	State  ColumnState `json:"state"`
}

// ColumnState says whether a column can be read.
type ColumnState string

// The states of a column.
const (
	ColumnRead       ColumnState = "read"
	ColumnAbsent     ColumnState = "absent"
	ColumnNotGranted ColumnState = "not granted"
)

// KeyShape counts the keys of one collection in kine.
type KeyShape struct {
	Collection string `json:"collection"` // as in the key; "(other)" where it does not look like a collection's name
	Nested     bool   `json:"nested"`     // whether /apisix stands before it
	Known      bool   `json:"known"`
	Count      int64  `json:"count"` // deleted ones included; in a backup also the older rows of a key
}

// TableDiagnosis is a table by the names and types of its columns.
type TableDiagnosis struct {
	Name      string   `json:"name"`
	Kind      string   `json:"kind"`      // table, view, …
	Rows      int64    `json:"rows"`      // -1 if not known
	Estimated bool     `json:"estimated"` // as of a concept
	Columns   []string `json:"columns"`
}

// AddressDiagnosis counts how requests for one address were answered in the end: those that were sent again count once.
type AddressDiagnosis struct {
	Path     string `json:"path"` // with {id} for what differs
	Answered int64  `json:"answered"`
	Refused  int64  `json:"refused"`   // 401 and 403
	NotFound int64  `json:"not_found"` // 404, which some releases answer for what they do not have
	Failed   int64  `json:"failed"`    // anything else
}

// SourceDiagnosis is one of the sources that a snapshot was taken from.
type SourceDiagnosis struct {
	Kind  string          `json:"kind"`
	Name  string          `json:"name"`
	Kinds []KindDiagnosis `json:"kinds"`
}

// Survey streams what is needed of a source and says of each kind that it holds how completely it can be read. The error
// is that of [Source.Stream].
func Survey(ctx context.Context, s Source, need Need) ([]KindDiagnosis, error) {
	damaged := map[Kind]int64{}
	coverage, err := s.Stream(ctx, need, func(r *Resource) error {
		if r.Damage != "" {
			damaged[r.Kind]++
		}
		return nil
	})
	kinds := make([]KindDiagnosis, len(coverage.Kinds))
	for i, c := range coverage.Kinds {
		kinds[i] = KindDiagnosis{Kind: c.Kind, Count: c.Count, Damaged: damaged[c.Kind], Partial: c.Partial, Gaps: c.Gaps}
	}
	return kinds, err
}

// Incomplete returns the names of the kinds that cannot be read completely, each once.
func Incomplete(kinds []KindDiagnosis) []string {
	var names []string
	for i := range kinds {
		if name := kinds[i].Kind.String(); !kinds[i].Complete() && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
