package archive

import (
	"strings"
	"time"
)

// note takes a comment or a psql command.
func (s *plainScan) note(line []byte) {
	if line[0] == '\\' {
		s.psql(line)
		return
	}
	comment, ok := strings.CutPrefix(string(line), "-- ")
	if !ok {
		return
	}
	if h, ok := parseHeading(comment); ok {
		s.heading, s.headed = h, s.headed || h.kind == "TABLE"
		s.last = s.last[:0]
		if h.kind != "" {
			s.sign()
		}
	}
	const start, end = "PostgreSQL database", " complete"
	switch {
	case strings.HasPrefix(comment, start) && strings.HasSuffix(comment, " dump"):
		s.open[comment] = true
		s.sign()
		s.info.Cluster = s.info.Cluster || comment == "PostgreSQL database cluster dump"
	case strings.HasPrefix(comment, start) && strings.HasSuffix(comment, " dump"+end):
		delete(s.open, strings.TrimSuffix(comment, end))
		s.complete = true
	case s.info.ServerVersion == "" && strings.HasPrefix(comment, "Dumped from database version "):
		s.info.ServerVersion = strings.TrimPrefix(comment, "Dumped from database version ")
	case s.info.DumpVersion == "" && strings.HasPrefix(comment, "Dumped by pg_dump version "):
		s.info.DumpVersion = strings.TrimPrefix(comment, "Dumped by pg_dump version ")
	case s.info.Created.IsZero() && strings.HasPrefix(comment, "Started on "):
		s.info.Created, s.info.InUTC = started(strings.TrimPrefix(comment, "Started on "))
	case strings.HasPrefix(comment, "Data for Name: "):
		s.dataComment(strings.TrimPrefix(comment, "Data for Name: "))
	case strings.HasPrefix(comment, "Name: ") && strings.Contains(comment, "; Type: BLOB"):
		s.info.LargeObjects = true
	case strings.HasPrefix(comment, rootComment):
		s.heading.root = rootOf(line, tableKey{database: s.database})
	}
}

// psql takes a command of psql.
func (s *plainScan) psql(line []byte) {
	for _, command := range []string{`\connect `, `\c `} {
		if argument, ok := strings.CutPrefix(string(line), command); ok {
			s.connect(argument)
			return
		}
	}
	if r := commandReach(line); r != reachNone {
		s.lastFrom = s.win.offset() - 1 // on the line
		s.command = false
		s.report(s.foreigner(r, "", nil, nil))
	}
}

// started reads the time at which pg_dump -v began: "2026-01-31 08:00:00 UTC". It is in UTC for certain if the zone says
// so or is a number, because letters name several zones: IST is India, Ireland and Israel.
func started(text string) (at time.Time, inUTC bool) {
	const length = len(time.DateTime)
	if len(text) <= length {
		return time.Time{}, false
	}
	clock, zone := text[:length], text[length+1:]
	at, err := time.Parse(time.DateTime, clock)
	if err != nil {
		return time.Time{}, false
	}
	switch zone {
	case "UTC", "GMT":
		return at, true
	}
	for _, layout := range []string{"-07", "-0700"} {
		if offset, err := time.Parse(time.DateTime+" "+layout, text); err == nil {
			return offset.UTC(), true
		}
	}
	return at, false
}

// dataComment takes a comment "NAME; Type: TABLE DATA; Schema: SCHEMA; Owner: OWNER".
func (s *plainScan) dataComment(text string) {
	name, rest, ok := strings.Cut(text, "; Type: TABLE DATA; Schema: ")
	if schema, _, found := strings.Cut(rest, "; Owner: "); ok && found {
		s.data = append(s.data, tableKey{s.database, schema, name})
	}
}

// connect takes the argument of \connect: the name of a database, or a connection string with it.
func (s *plainScan) connect(argument string) {
	c := &cursor{b: []byte(strings.TrimPrefix(argument, "-reuse-previous=on "))}
	if c.at(`"`) {
		if text, ok := c.quoted('"'); ok {
			s.database = connectName(text)
		}
	} else {
		s.database, _, _ = strings.Cut(argument, " ")
	}
	if s.info.Database == "" {
		s.info.Database = s.database
	}
	s.path, s.created, s.heading = "", false, heading{}
	s.last = s.last[:0]
}

// connectName returns the database in a connection string; text itself if it is none.
func connectName(text string) string {
	value, ok := strings.CutPrefix(text, "dbname=")
	if !ok {
		return text
	}
	if quoted, ok := strings.CutPrefix(value, "'"); ok {
		value = strings.NewReplacer(`\\`, `\`, `\'`, "'").Replace(strings.TrimSuffix(quoted, "'"))
	}
	return value
}
