package archive

import (
	"bytes"
	"slices"
	"strings"
)

const maxStart = 1024 // bytes of a statement in which its kind and the table that it alters stand

// one reads a statement, with its rows if it is a COPY.
func (s *plainScan) one() error {
	start := s.win.ahead(maxStart)
	c := &cursor{b: start[:min(len(start), maxStart)]}
	if !s.signs.statement {
		s.signs.statement, s.signs.words = true, firstWords(c.b)
	}
	if c.words("INSERT") {
		return s.insert()
	}
	s.last = s.last[:0]
	switch {
	case c.words("COPY"):
		return s.copy()
	case c.words("SET"), c.words("SELECT", "PG_CATALOG") && c.is('.') && c.words("SET_CONFIG"):
		return s.setting(reachOf(c.b))
	case createsTable(c):
		return s.define()
	case c.words("DROP"):
		return s.other(s.reachOfDrop(c), firstWords(c.b))
	}
	r, words := reachOf(c.b), firstWords(c.b)
	if c.i = 0; c.words("CREATE") || c.words("ALTER", "TABLE") {
		s.cat.learn(s.database, s.path, s.win.ahead(maxDefinition))
	}
	return s.other(r, words)
}

func createsTable(c *cursor) bool {
	c.i = 0
	if !c.words("CREATE") {
		c.i = 0
		return false
	}
	_ = c.words("UNLOGGED") || c.words("FOREIGN")
	if c.words("TABLE") {
		return true
	}
	c.i = 0
	return false
}

// define takes a CREATE TABLE.
func (s *plainScan) define() error {
	if err := s.statement(true); err != nil {
		return err
	}
	s.created = true
	s.sign()
	d, ok := parseCreateTable(s.text)
	switch {
	case !ok || s.command:
		s.report(s.foreigner(reachNamed, "CREATE TABLE", s.text, s.misnamed(d.name)))
		return nil
	case !s.heading.is(or(d.schema, s.path), d.name):
		s.strays = append(s.strays, stray{Foreign: s.foreigner(reachNamed, "CREATE TABLE", nil, s.misnamed(d.name)), defines: true})
	}
	s.cat.define(s.database, s.path, d)
	return nil
}

// setting takes the settings that change how the dump must be read.
func (s *plainScan) setting(r reach) error {
	if err := s.statement(true); err != nil {
		return err
	}
	if r != reachNone || s.command {
		s.report(s.foreigner(r, "SET", s.text, nil))
	}
	switch name, value := setting(s.text); name {
	case "client_encoding":
		var err error
		s.info.Encoding, s.set, err = encodingOf(value, s.lastFrom)
		return err
	case "standard_conforming_strings":
		s.backslash = value == "off"
	case "row_security":
		if value != "off" || s.info.RowSecurity == "" {
			s.info.RowSecurity = value
		}
	case "search_path":
		s.path = value
	}
	return nil
}

// reachOfDrop takes what follows DROP. pg_dump --clean writes it before the first table of a database.
func (s *plainScan) reachOfDrop(c *cursor) reach {
	switch {
	case c.words("DATABASE"):
		c.words("IF", "EXISTS")
		name, _ := c.ident()
		if slices.ContainsFunc(s.cat.tables, func(t Table) bool { return t.Database == name }) {
			return reachAny
		}
		return reachNone
	case !s.created:
		return reachNone
	case c.words("SCHEMA"), c.words("OWNED"):
		return reachAny
	}
	return reachNamed
}

// other reads a statement that is neither a definition nor rows, and reports it if it can change a table.
func (s *plainScan) other(r reach, words string) error {
	s.copied, s.room = s.start[:0], maxForeignText
	err := s.statement(false)
	text, whole := s.copied, s.room > 0
	s.start, s.copied, s.room = s.copied, nil, 0
	if err != nil {
		if r == reachAny {
			s.report(s.foreigner(r, words, nil, nil))
		}
		return err
	}
	if r == reachNone && strings.HasPrefix(words, "ALTER") && renames(text) {
		if r = reachNamed; words == "ALTER SCHEMA" || words == "ALTER DATABASE" {
			r = reachAny
		}
	}
	if r == reachAny && strings.HasPrefix(words, "SELECT") && bytes.IndexByte(text, '(') < 0 {
		r = reachNamed // it calls no function
	}
	if r == reachNone && !s.command {
		return nil
	}
	if !whole {
		r = reachAny
	}
	s.report(s.foreigner(r, words, text, nil))
	return nil
}

// misnamed returns the name of a table in the current statement and the one in the heading above it: either may be
// the damaged one.
func (s *plainScan) misnamed(name string) []string { return []string{name, s.heading.name} }

// foreigner returns what to report about the current statement.
func (s *plainScan) foreigner(r reach, words string, text []byte, names []string) Foreign {
	f := Foreign{Database: s.database, Words: words, Names: names, Any: r == reachAny || s.command, offset: s.lastFrom}
	if found, ok := namesIn(text); ok {
		f.Names = append(f.Names, found...)
	} else {
		f.Any = true
	}
	return f
}

// report records something foreign. It ends a run of INSERT statements.
func (s *plainScan) report(f Foreign) {
	s.foreign.add(f)
	s.signs.foreign = true
	s.last = s.last[:0]
}

// stray is a definition or rows under another table's heading, or under none. It is foreign if the dump has headings.
type stray struct {
	Foreign

	defines bool
}

// belongs reports whether rows of a table may stand under the current heading: it is the table's, or that of one of
// its partitions.
func (s *plainScan) belongs(h dataHead) bool {
	switch {
	case s.heading.kind != "TABLE DATA":
		return false
	case s.heading.is(or(h.schema, s.path), h.name):
		return true
	}
	root := tableKey{s.database, or(h.schema, s.path), h.name}
	return s.heading.root == root || s.cat.isPart(tableKey{s.database, s.heading.schema, s.heading.name}, root)
}
