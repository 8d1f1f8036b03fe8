// Package archive reads the tables of PostgreSQL backups as pg_dump and pg_dumpall write them: plain SQL, the custom
// format and the directory format. It needs no PostgreSQL, executes nothing, and reads as a stream. It knows files and
// tables and nothing of what they mean.
//
// A backup that is cut, damaged, encrypted, too new or of another format is an [*Error]. There is no partial success:
// when Read returns nil, every row of the wanted tables was given, and nothing is cut off behind them. Bytes that changed
// inside a value cannot be seen: of pg_dump's codecs only gzip has checksums, and in the custom format those of tables
// that nobody wants are not computed.
package archive

import (
	"context"
	"io"
	"slices"
	"time"
)

// Format is how a backup is laid out.
type Format string

// The formats that Open reads.
const (
	Plain     Format = "plain"
	Custom    Format = "custom"
	Directory Format = "directory"
)

// MaxRow is how many bytes the values of one row may have together. The value that passes it, and only that value, is
// given as nil and named in Table.TooLong.
const MaxRow = 16 << 20

// Info is what a backup says of itself. Text that it does not hold is empty.
type Info struct {
	Format         Format
	ArchiveVersion string    // "1.14"; empty for plain
	DumpVersion    string    // of pg_dump
	ServerVersion  string    // of PostgreSQL
	Database       string    // the first, if there are several
	Created        time.Time // the clock of the dumping host, whose zone is not recorded, taken as UTC; zero if unknown
	Encoding       string    // always UTF8 or empty
	Compression    string    // of the rows and, where it is compressed as a whole, of the file: "none", "zstd", "none in gzip"
	LargeObjects   bool      // the backup holds large objects, which Read does not give
}

// Column is a column of a table. Type is SQL text as in CREATE TABLE, empty where the backup has no definition.
type Column struct{ Name, Type string }

// Table is a table of a backup.
type Table struct {
	Database string // set by \connect in plain dumps (pg_dump -C, pg_dumpall), else Info.Database
	Schema   string
	Name     string
	// Columns are those of the data where there is data, in its order: generated columns are absent. Else those of
	// CREATE TABLE without the generated ones. Empty where the backup does not tell before the rows: a data-only archive
	// of INSERT statements. The table that Read hands to row always has the columns of the values.
	Columns []Column
	// HasData says that the backup holds the rows of the table, be it none. It is false in schema-only backups and for
	// tables whose data was excluded: nothing is known of their rows then. Of a partitioned table, the partitions have
	// the data.
	HasData bool
	// TooLong are the indices of the values that are nil only because the row is longer than MaxRow. It is set on the
	// table that Read hands to row, and valid during that call.
	TooLong []int
}

// Archive is an open backup. It is not safe for concurrent use.
type Archive struct {
	info    Info
	tables  []Table
	name    string
	backend backend
}

// backend is one format of backup.
type backend interface {
	// read gives the rows of the tables whose indices are in wanted.
	read(r *reading) error
	close() error
}

// Open recognises a backup by its content and reads its table of contents; of a plain dump that is one pass over the
// whole file, so a cut one is refused here. The name "-" stands for stdin, which is spooled to a temporary file like
// any pipe. Every failure is an [*Error].
func Open(name string, stdin io.Reader) (*Archive, error) {
	a, err := open(name, stdin)
	if err != nil {
		return nil, outermost(err, name)
	}
	a.name = name
	return a, nil
}

// Info returns what the backup says of itself.
func (a *Archive) Info() Info { return a.info }

// Tables returns all tables in the order of the backup, those without data included.
func (a *Archive) Tables() []Table { return slices.Clone(a.tables) }

// Read streams the rows of the wanted tables, table by table in the order of the backup. The values are in the order of
// t.Columns, unescaped, as COPY would print them (bytea as \x…, booleans as t and f); nil is NULL, or a value named in
// t.TooLong. The values and t are valid during the call only. The offset is that of the row: in the SQL text for a plain
// dump, in the uncompressed data of the table for the other formats. Read may be called several times. Its error is an
// [*Error], the error of row, or that of ctx; whatever was given before an error is not the whole.
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
