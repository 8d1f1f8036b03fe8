package estate

import (
	"context"
	"slices"
)

// Diagnosis describes a source without showing any of its values, so that it can be passed on: what the source is,
// what was recognised in it, and what cannot be read. Every source returns this type; lists that do not apply are
// empty.
type Diagnosis struct {
	// Missing names the needed kinds, or the concepts that hold them, that cannot be read completely.
	Missing []string `json:"missing"`
	// Facts say what the source is, in display order.
	Facts []Fact `json:"facts"`
	// Estimate says how much there is to read; nil: the source does not say.
	Estimate *Estimate       `json:"estimate,omitempty"`
	Files    []FileDiagnosis `json:"files"`
	// Concepts say where the tables of a control plane were found, Keys what its table kine holds, and Tables list
	// the tables that belong to no concept.
	Concepts  []ConceptDiagnosis `json:"concepts"`
	Keys      []KeyShape         `json:"keys"`
	Tables    []TableDiagnosis   `json:"other_tables"`
	Addresses []AddressDiagnosis `json:"addresses"`
	// Sources are the sources that a snapshot was taken from.
	Sources []SourceDiagnosis `json:"sources"`
	Kinds   []KindDiagnosis   `json:"kinds"`
	// Elsewhere lists the needed kinds that this type of source cannot hold. They do not count as missing; the caller
	// fills them in.
	Elsewhere []Kind `json:"elsewhere"`
	// Gaps are the things that cannot be read and belong to none of the parts above.
	Gaps  []Gap  `json:"gaps"`
	Notes []Note `json:"notes"`
}

// Complete reports whether everything that is needed can be read. What this type of source cannot hold does not
// count.
func (d *Diagnosis) Complete() bool { return len(d.Missing) == 0 && len(d.Gaps) == 0 }

// Estimate says how much there is to read, before it is read. The numbers are -1 if nothing is known.
type Estimate struct {
	Rows    int64    `json:"rows"`
	Bytes   int64    `json:"bytes"`   // on the server's disk
	Seconds int64    `json:"seconds"` // that reading takes
	Guessed []string `json:"guessed"` // large tables whose rows are guessed from their size, because they were never analysed
	Unknown []string `json:"unknown"` // tables that are not in the numbers
}

// Fact is one thing known about a source or a file.
type Fact struct {
	Label string `json:"label"` // at most ten letters
	Value string `json:"value"`
}

// FileDiagnosis says what a file was recognised as.
type FileDiagnosis struct {
	Path      string              `json:"path"`
	Why       string              `json:"why"` // why nothing in it was read; else empty
	Facts     []Fact              `json:"facts"`
	Documents []DocumentDiagnosis `json:"documents"`
	Kinds     []KindDiagnosis     `json:"kinds"`
}

// DocumentDiagnosis says what one or more documents of a file were recognised as.
type DocumentDiagnosis struct {
	Line       int    `json:"line"` // of the first document
	Count      int    `json:"count"`
	Recognised string `json:"recognised"`
	Why        string `json:"why"`
	Used       bool   `json:"used"` // something in it concerns API7
}

// KindDiagnosis says how completely a kind can be read.
type KindDiagnosis struct {
	Kind    Kind  `json:"kind"`
	Count   int64 `json:"count"`   // includes damaged resources
	Damaged int64 `json:"damaged"` // resources that cannot be read
	Partial bool  `json:"partial"` // the source covers some gateway groups only, and does not say which
	Gaps    []Gap `json:"gaps"`
}

// Complete reports whether every resource of the kind can be read.
func (k *KindDiagnosis) Complete() bool { return k.Damaged == 0 && len(k.Gaps) == 0 }

// ConceptDiagnosis says where one concept of a control plane was found.
type ConceptDiagnosis struct {
	Concept     string            `json:"concept"`
	Table       string            `json:"table"` // "" if none is recognised or needed
	Schema      string            `json:"schema"`
	Score       int               `json:"score"`     // 0 to 100; 100 if a schema map names the table
	Why         string            `json:"why"`       // why this table, or why none is needed
	Rows        int64             `json:"rows"`      // -1 if unknown
	Estimated   bool              `json:"estimated"` // Rows is the server's estimate
	Columns     []ColumnDiagnosis `json:"columns"`
	Candidates  []string          `json:"candidates"`   // other tables whose name matches
	RowSecurity bool              `json:"row_security"` // row level security is on; if it hides rows from the role, a gap says so
	Gaps        []Gap             `json:"gaps"`
}

// ColumnDiagnosis says where one column of a concept was found.
type ColumnDiagnosis struct {
	Name   string      `json:"name"`   // as in a schema map
	Column string      `json:"column"` // in the table; "" if it has none
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
	Collection string `json:"collection"` // as in the key; "(other)" if that does not look like the name of a collection
	Nested     bool   `json:"nested"`     // the key has /apisix before the collection
	Known      bool   `json:"known"`
	Count      int64  `json:"count"` // includes deleted keys and, in a backup, the older rows of a key
}

// TableDiagnosis describes a table by the names and types of its columns.
type TableDiagnosis struct {
	Name      string   `json:"name"`
	Kind      string   `json:"kind"`      // table, view, …
	Rows      int64    `json:"rows"`      // -1 if unknown
	Estimated bool     `json:"estimated"` // Rows is the server's estimate
	Columns   []string `json:"columns"`
}

// AddressDiagnosis counts the final answers to requests for one address. A request that was retried counts once.
type AddressDiagnosis struct {
	Path     string `json:"path"` // with {id} in place of an id
	Answered int64  `json:"answered"`
	Refused  int64  `json:"refused"`   // 401 and 403
	NotFound int64  `json:"not_found"` // 404, which some releases answer for features they lack
	Failed   int64  `json:"failed"`    // anything else
}

// SourceDiagnosis is one of the sources that a snapshot was taken from.
type SourceDiagnosis struct {
	Kind  string          `json:"kind"`
	Name  string          `json:"name"`
	Kinds []KindDiagnosis `json:"kinds"`
}

// Survey streams the source and returns, for each needed kind that it can hold, how completely the kind can be read.
// The error is that of [Source.Stream].
func Survey(ctx context.Context, s Source, need Need) ([]KindDiagnosis, error) {
	damaged := map[Kind]int64{}
	coverage, err := s.Stream(ctx, need, Telling(ctx, s.Info().Kind, func(r *Resource) error {
		if r.Damage != "" {
			damaged[r.Kind]++
		}
		return nil
	}))
	kinds := make([]KindDiagnosis, len(coverage.Kinds))
	for i, c := range coverage.Kinds {
		kinds[i] = KindDiagnosis{Kind: c.Kind, Count: c.Count, Damaged: damaged[c.Kind], Partial: c.Partial, Gaps: c.Gaps}
	}
	return kinds, err
}

// Incomplete returns the names of the kinds that cannot be read completely, without duplicates.
func Incomplete(kinds []KindDiagnosis) []string {
	var names []string
	for i := range kinds {
		if name := kinds[i].Kind.String(); !kinds[i].Complete() && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
