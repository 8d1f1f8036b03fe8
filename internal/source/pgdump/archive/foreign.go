package archive

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Foreign is something in a backup that pg_dump does not write, or not there: a statement added by hand, or a damaged
// one. What the backup restores to can then differ from the rows that Read passes on. It holds nothing of a value.
type Foreign struct {
	Database string
	Line     int64    // in the SQL text, from 1; 0 in an archive
	Words    string   // the first words in upper case: "DELETE FROM"; "" if what stands there is unknown
	Names    []string // what it names, among them every table that it can change unless Any is set
	Any      bool     // it can change tables that it does not name

	offset int64
}

// Refusal returns the error for a backup whose table of this name f can change.
func (a *Archive) Refusal(f Foreign, table string) error {
	if f.Any {
		table = ""
	}
	return outermost(f.refusal(table), a.name)
}

// Touches reports whether it can change a table of this name.
func (f Foreign) Touches(name string) bool { return f.Any || slices.Contains(f.Names, name) }

const (
	maxForeign     = 1000     // that are listed; one more stands for all others
	maxForeignText = 16 << 10 // of a statement whose names are looked for
)

// Foreign returns what stands in the backup that pg_dump does not write there, in the order of the backup.
func (a *Archive) Foreign() []Foreign { return slices.Clone(a.foreign) }

// foreigners collects what is foreign in a backup.
type foreigners struct {
	list []Foreign
	seen map[string]bool
}

// add adds what is not like another in the list.
func (l *foreigners) add(f Foreign) {
	like := strings.Join(append([]string{f.Database, f.Words, strconv.FormatBool(f.Any)}, f.Names...), "\x00")
	switch n := len(l.list); {
	case l.seen[like], n > maxForeign:
		return
	case n == maxForeign:
		f = Foreign{Database: f.Database, Any: true, offset: f.offset}
	case n == 0:
		l.seen = map[string]bool{}
	}
	l.seen[like] = true
	l.list = append(l.list, f)
}

// firstAny returns the first one that can change any table; nil if there is none.
func (l *foreigners) firstAny() *Foreign {
	if i := slices.IndexFunc(l.list, func(f Foreign) bool { return f.Any }); i >= 0 {
		return &l.list[i]
	}
	return nil
}

// number works out the lines, which means reading the text again up to the last of them.
func (l *foreigners) number(in *input) error {
	if len(l.list) == 0 {
		return nil
	}
	var c coders
	defer c.close()
	src, err := in.open(0, &c)
	if err != nil {
		return err
	}
	slices.SortStableFunc(l.list, func(a, b Foreign) int { return cmp.Compare(a.offset, b.offset) })
	buf := make([]byte, readSize)
	line, at := int64(1), int64(0)
	for i := range l.list {
		f := &l.list[i]
		for at < f.offset {
			n, err := io.ReadFull(src, buf[:min(int64(len(buf)), f.offset-at)])
			line += int64(bytes.Count(buf[:n], []byte("\n")))
			if at += int64(n); err != nil {
				return broken(err, at, "too early")
			}
		}
		f.Line = line
	}
	return nil
}

// refusal returns why a backup with this in it is not read. table is what it names; empty if it could be any.
func (f Foreign) refusal(table string) *Error {
	e := &Error{Offset: -1, Line: f.Line, Hint: hintDamaged, What: "here stands no statement that pg_dump writes"}
	switch {
	case f.Words == "":
	case table == "":
		e.What = f.Words + ": pg_dump does not write such a statement, and what it changes is not known"
		e.Hint = hintEdited
	default:
		e.What = fmt.Sprintf("%s: pg_dump does not write such a statement here, and it names table %q", f.Words, table)
		e.Hint = hintEdited
	}
	return e
}

const hintEdited = "the file is damaged or was edited: take a new backup, or restore this one to a scratch server and read that with --dsn"

// namesIn returns the identifiers in a statement: every bare word in lower case, and every quoted one. ok is false if
// some could be hidden: in a text that is cut, in U&"…", or behind CASCADE.
func namesIn(text []byte) (names []string, ok bool) {
	c := &cursor{b: text}
	for c.space(); c.i < len(c.b); c.space() {
		before := c.i
		switch b := c.b[c.i]; {
		case b == '"' || isWord(b) && !isDigit(b):
			name, whole := c.ident()
			if !whole || name == "cascade" && b != '"' || name == "u" && bytes.HasPrefix(c.b[c.i:], []byte(`&"`)) {
				return nil, false
			}
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		case b == '\'':
			c.skipQuoted(b)
		}
		c.i = max(c.i, before+1)
	}
	return names, true
}

// renames reports whether a statement gives something another name or schema.
func renames(text []byte) bool {
	c := &cursor{b: text}
	for c.space(); c.i < len(c.b); c.space() {
		if c.anyOf(renamings) {
			return true
		}
		c.skip()
	}
	return false
}

var renamings = []string{"RENAME TO", "RENAME COLUMN", "RENAME CONSTRAINT", "RENAME ATTRIBUTE", "RENAME VALUE", "SET SCHEMA"}

// heading is the comment with which pg_dump begins an object: what follows belongs to it.
type heading struct {
	kind         string // "TABLE", "TABLE DATA"
	schema, name string
	root         tableKey // of a partition whose rows go into its root, else zero
}

// parseHeading reads a comment "Name: NAME; Type: TYPE; Schema: SCHEMA; Owner: OWNER" or the same behind "Data for".
func parseHeading(text string) (heading, bool) {
	for _, start := range []string{"Data for Name: ", "Name: ", "Statistics for Name: "} {
		rest, ok := strings.CutPrefix(text, start)
		if !ok {
			continue
		}
		i := strings.LastIndex(rest, "; Type: ")
		if i < 0 {
			return heading{}, true
		}
		h := heading{name: rest[:i]}
		kind, place, _ := strings.Cut(rest[i+len("; Type: "):], "; Schema: ")
		if (start[0] == 'D') == strings.HasSuffix(kind, "DATA") {
			h.kind = kind
		}
		h.schema, _, _ = strings.Cut(place, "; Owner: ")
		return h, true
	}
	return heading{}, false
}

// is reports whether the heading is that of a table. Headings have spaces for line breaks in names.
func (h heading) is(schema, name string) bool {
	flat := strings.NewReplacer("\n", " ", "\r", " ")
	return h.name == flat.Replace(name) && h.schema == flat.Replace(schema)
}
