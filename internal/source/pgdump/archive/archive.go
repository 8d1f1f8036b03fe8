// Package archive reads the tables in PostgreSQL backups written by pg_dump and pg_dumpall: plain SQL, the custom
// format, the directory format, and tar files of pg_dump -Ft or of such a directory. It needs no PostgreSQL, executes nothing, and reads as a stream. It knows files
// and tables, but not what they mean.
//
// For a backup that is cut, damaged, encrypted, too new or in another format, the error is an [*Error]. There is no
// partial success: if Read returns nil, it has passed on every row of the wanted tables, and nothing is cut off after
// them. Changed bytes inside a value cannot be noticed: of pg_dump's codecs only gzip has checksums, and in the
// custom format those of unwanted tables are not computed.
package archive

import (
	"context"
	"slices"
	"time"

	"github.com/api7-preflight/api7-preflight/internal/infile"
)

// Format is the layout of a backup.
type Format string

// The formats that Open reads.
const (
	Plain     Format = "plain"
	Custom    Format = "custom"
	Directory Format = "directory"
	Tar       Format = "tar"
)

// MaxRow is the limit in bytes for all values of one row together. A value that exceeds it, and only that value, is
// nil and listed in Table.TooLong.
const MaxRow = 16 << 20

// Info is what a backup says about itself. A text that it does not contain is empty.
type Info struct {
	Format         Format
	ArchiveVersion string    // "1.14"; empty for plain
	DumpVersion    string    // of pg_dump
	ServerVersion  string    // of PostgreSQL
	Database       string    // the first one, if there are several
	Created        time.Time // local time of the dumping host as if it were UTC, because its zone is not known; zero if unknown
	InUTC          bool      // Created is in UTC for certain
	Encoding       string    // of the backup; Read passes on UTF-8, except for what in SQL_ASCII is none
	Compression    string    // of the rows and, if the file is compressed as a whole, of the file: "none", "zstd", "none in gzip"
	Cluster        bool      // it is of a whole server, by pg_dumpall
	LargeObjects   bool      // the backup contains large objects, which Read ignores
	// RowSecurity is "off" if pg_dump would have failed where row level security hides rows from it, "on" if it left
	// such rows out, and empty if the backup does not say.
	RowSecurity string
}

// Column is a column of a table. Type is SQL text as in CREATE TABLE; empty if the backup has no definition.
type Column struct{ Name, Type string }

// Table is a table in a backup.
type Table struct {
	Database string // set by \connect in plain dumps (pg_dump -C, pg_dumpall), else Info.Database
	Schema   string
	Name     string
	Kind     byte // as in pg_class.relkind
	// Parents are the indices in Tables of the tables to which the rows belong as well: from which the table inherits
	// or, if Partition is true, of which it is a partition.
	Parents     []int
	Partition   bool
	RowSecurity bool // row level security is on
	// Columns are the columns of the data in its order, without generated columns; if there is no data, those of
	// CREATE TABLE without the generated ones. They are empty if the backup does not name them before the rows: in a
	// data-only archive of INSERT statements. The table that Read passes to row always has the columns of the values.
	Columns []Column
	// HasData is true if the backup contains the rows of the table, even if there are none. It is false in
	// schema-only backups and for tables whose data was excluded; nothing is then known about their rows. The data of
	// a partitioned table is in its partitions. If they were dumped through their root, they have data too, and Read
	// passes all of it on as the root's. A view has neither columns nor data.
	HasData bool
	// Uncertain is true if INSERT statements name no columns and, because the table inherits some of them, may have them
	// in another order. It is set in the table that Read passes to row.
	Uncertain bool
	// TooLong are the indices of values that are nil only because the row is longer than MaxRow. It is set in the
	// table that Read passes to row, and valid during that call.
	TooLong []int
}

// Archive is an open backup. It is not safe for concurrent use.
type Archive struct {
	info    Info
	tables  []Table
	foreign []Foreign
	catalog *catalog
	name    string
	backend backend
}

// backend is one format of backup.
type backend interface {
	// read passes on the rows of the tables whose indices are in wanted.
	read(r *reading) error
	close() error
}

// Open recognises a backup by its content and reads its table of contents. For a plain dump that is one pass over the
// whole file, so a cut one is refused here. A pipe and standard input are copied to a temporary file,
// unless what they give shows no sign of a dump for too long; see maxUnsigned. Every error is an
// [*Error], an [*infile.Error] or the context's.
func Open(ctx context.Context, name string, o infile.Options) (*Archive, error) {
	a, err := open(ctx, name, o)
	if err != nil {
		return nil, outermost(err, name)
	}
	a.name = name
	return a, nil
}

// Info returns what the backup says about itself.
func (a *Archive) Info() Info { return a.info }

// Tables returns all tables in the order of the backup, including those without data.
func (a *Archive) Tables() []Table { return slices.Clone(a.tables) }

// Types returns the types that the backup defines.
func (a *Archive) Types() []Type { return slices.Clone(a.catalog.types) }

// HasExtensions reports whether the database has extensions, which define types and tables that the backup does not.
func (a *Archive) HasExtensions() bool { return a.catalog.extensions }

// CreatesSchema reports whether the backup creates a schema of a database. A backup of whole schemas creates them, one
// of chosen tables does not.
func (a *Archive) CreatesSchema(database, schema string) bool {
	return slices.Contains(a.catalog.schemas, tableKey{database: database, schema: schema})
}

// Lacks returns tables to which definitions in the backup refer and which it does not hold. Only their names are set.
func (a *Archive) Lacks() []Table { return slices.Clone(a.catalog.lacks) }

// Read calls row for every row of the wanted tables, table by table in the order of the backup. The values are in the
// order of t.Columns, unescaped, as COPY would print them (bytea as \x…, booleans as t and f); nil is NULL or a value
// listed in t.TooLong. The values and t are valid only during the call. offset is the row's: in the SQL text of a
// plain dump, in the uncompressed data of the table in other formats. Read may be called several times. Its error is
// an [*Error], the error of row, or that of ctx; after an error, the rows passed on so far are not all.
func (a *Archive) Read(ctx context.Context, want func(Table) bool, row func(t *Table, values [][]byte, offset int64) error) error {
	r := &reading{stop: ctx.Err, tables: a.tables, wanted: make([]bool, len(a.tables)), row: row}
	for i := range a.tables {
		r.wanted[i] = want(a.tables[i])
	}
	if err := ctx.Err(); err != nil {
		return err //nolint:wrapcheck // the caller's own
	}
	return outermost(a.backend.read(r), a.name)
}

// Close closes the backup and removes the temporary file, if there is one.
func (a *Archive) Close() error { return a.backend.close() }
