package archive

import "strings"

// reach says which tables a statement can change.
type reach int

const (
	reachNone  reach = iota // none in a way that the catalog and the rows do not show: pg_dump writes it
	reachNamed              // those that it names
	reachAny                // any: it is not known to be a statement, or what it does is not in it
)

// reachOf decides from the start of a statement other than COPY, INSERT, CREATE TABLE and DROP what it can change.
// What pg_dump, pg_dumpall and pg_restore of PostgreSQL 9.6 to 18 write with any option is reachNone.
func reachOf(start []byte) reach {
	c := &cursor{b: start}
	switch {
	case c.words("ALTER"):
		return reachOfAlter(c)
	case c.words("CREATE"):
		return reachOfCreate(c)
	case c.words("SELECT"):
		return reachOfSelect(c)
	case c.words("SET"):
		return reachOfSet(c)
	case c.words("UPDATE"):
		if catalogsName(c, "pg_database") { // whether it is a template; written before PostgreSQL 11
			return reachNone
		}
		return reachNamed
	case c.anyOf(writtenStatements):
		return reachNone
	case c.anyOf(namingStatements):
		return reachNamed
	}
	return reachAny
}

// anyOf consumes one of these sequences of words, if one is next.
func (c *cursor) anyOf(sequences []string) bool {
	for _, words := range sequences {
		if c.words(strings.Fields(words)...) {
			return true
		}
	}
	return false
}

// catalogsName consumes pg_catalog.name.
func catalogsName(c *cursor, name string) bool {
	schema, found, ok := c.name()
	return ok && schema == "pg_catalog" && found == name
}

// writtenStatements are the first words of statements that change no table.
var writtenStatements = []string{
	"COMMENT ON", "GRANT", "REVOKE", "SECURITY LABEL", "REFRESH MATERIALIZED VIEW", "RESET", "BEGIN", "COMMIT", "START TRANSACTION",
}

// namingStatements are the first words of statements that change no table but those they name.
var namingStatements = []string{
	"DELETE FROM", "TRUNCATE", "MERGE INTO", "LOCK", "ANALYZE", "ANALYSE", "VACUUM", "REINDEX", "CLUSTER", "INSERT INTO", "END", "SHOW",
}

// reachOfSelect takes what follows SELECT.
func reachOfSelect(c *cursor) reach {
	if c.is('*') && !c.words("FROM") {
		return reachAny
	}
	schema, name, ok := c.name()
	if !ok || schema != "pg_catalog" || !c.is('(') {
		return reachAny
	}
	switch name {
	case "set_config", "setval", "lo_create", "lo_open", "lowrite", "lo_close", "lo_unlink",
		"pg_restore_relation_stats", "pg_restore_attribute_stats", "pg_restore_extended_stats":
		return reachNone
	}
	return reachAny
}

// reachOfSet takes what follows SET. Settings of the session change no row. [script] follows those that change how
// rows must be read.
func reachOfSet(c *cursor) reach {
	if c.words("SESSION", "AUTHORIZATION") {
		return reachNone
	}
	name, ok := c.ident()
	switch {
	case !ok || !c.is('=') && !c.words("TO"):
		return reachNamed
	case strings.Contains(settings, " "+name+" "):
		return reachNone
	}
	return reachNamed
}

// settings are the parameters that pg_dump and pg_dumpall set.
const settings = " statement_timeout lock_timeout idle_in_transaction_session_timeout transaction_timeout client_encoding " +
	"standard_conforming_strings escape_string_warning check_function_bodies xmloption client_min_messages row_security search_path " +
	"default_tablespace default_table_access_method default_with_oids default_transaction_read_only "

// reachOfCreate takes what follows CREATE.
func reachOfCreate(c *cursor) reach {
	c.words("OR", "REPLACE")
	if c.anyOf(createdObjects) {
		return reachNone
	}
	if c.anyOf([]string{"TABLE", "TEMP", "TEMPORARY", "LOCAL", "GLOBAL", "UNLOGGED", "FOREIGN"}) {
		return reachNamed // CREATE TABLE is parsed; this is CREATE TABLE AS
	}
	return reachAny
}

var createdObjects = []string{
	"ACCESS METHOD", "AGGREGATE", "CAST", "COLLATION", "CONSTRAINT TRIGGER", "CONVERSION", "DATABASE", "DEFAULT CONVERSION", "DOMAIN",
	"EVENT TRIGGER", "EXTENSION", "FOREIGN DATA WRAPPER", "FUNCTION", "INDEX", "LANGUAGE", "MATERIALIZED VIEW", "OPERATOR", "POLICY",
	"PROCEDURAL LANGUAGE", "PROCEDURE", "PUBLICATION", "RECURSIVE VIEW", "ROLE", "RULE", "SCHEMA", "SEQUENCE", "SERVER", "STATISTICS",
	"SUBSCRIPTION", "TABLESPACE", "TEXT SEARCH", "TRANSFORM", "TRIGGER", "TRUSTED LANGUAGE", "TRUSTED PROCEDURAL LANGUAGE", "TYPE",
	"UNIQUE INDEX", "UNLOGGED SEQUENCE", "USER", "VIEW",
}

// reachOfAlter takes what follows ALTER. If it returns reachNone for something other than a table, the statement may
// still rename: see renames.
func reachOfAlter(c *cursor) reach {
	if c.words("TABLE") || c.words("FOREIGN", "TABLE") {
		return reachOfAlterTable(c)
	}
	if c.anyOf(alteredObjects) {
		return reachNone
	}
	return reachAny
}

var alteredObjects = []string{
	"AGGREGATE", "COLLATION", "CONVERSION", "DATABASE", "DEFAULT PRIVILEGES", "DOMAIN", "EVENT TRIGGER", "EXTENSION",
	"FOREIGN DATA WRAPPER", "FUNCTION", "INDEX", "LANGUAGE", "LARGE OBJECT", "MATERIALIZED VIEW", "OPERATOR", "POLICY",
	"PROCEDURAL LANGUAGE", "PROCEDURE", "PUBLICATION", "ROLE", "ROUTINE", "SCHEMA", "SEQUENCE", "SERVER", "STATISTICS", "SUBSCRIPTION",
	"TABLESPACE", "TEXT SEARCH", "TRIGGER", "TYPE", "USER", "VIEW",
}

// reachOfAlterTable takes what follows ALTER TABLE.
func reachOfAlterTable(c *cursor) reach {
	c.words("IF", "EXISTS")
	c.words("ONLY")
	if _, _, ok := c.name(); !ok {
		return reachAny
	}
	if c.anyOf(tableChanges) {
		return reachNone
	}
	if !c.words("ALTER", "COLUMN") {
		return reachNamed
	}
	if _, ok := c.ident(); !ok {
		return reachAny
	}
	if c.anyOf(columnChanges) || c.words("SET") && c.is('(') {
		return reachNone
	}
	return reachNamed
}

var tableChanges = []string{
	"ADD CONSTRAINT", "ALTER CONSTRAINT", "ATTACH PARTITION", "CLUSTER ON", "DISABLE", "DROP CONSTRAINT", "ENABLE", "FORCE ROW LEVEL SECURITY",
	"INHERIT", "NO FORCE ROW LEVEL SECURITY", "OF", "OWNER TO", "REPLICA IDENTITY", "SET ACCESS METHOD", "SET LOGGED", "SET UNLOGGED",
	"SET WITHOUT CLUSTER", "VALIDATE CONSTRAINT",
}

var columnChanges = []string{
	"ADD GENERATED", "DROP DEFAULT", "DROP NOT NULL", "OPTIONS", "SET COMPRESSION", "SET DEFAULT", "SET NOT NULL", "SET STATISTICS",
	"SET STORAGE",
}

// shownWords are words that say what a statement is. Others could be part of a value in a damaged dump.
var shownWords = " ALTER ANALYZE CALL COLUMN COPY CREATE DATABASE DELETE DISCARD DO DROP EXECUTE FROM FUNCTION INDEX INSERT INTO LOCK MERGE PREPARE " +
	"ROLLBACK SCHEMA SELECT SEQUENCE SET SHOW TABLE TEMP TEMPORARY TRUNCATE UPDATE VACUUM VIEW WITH "

// firstWords returns up to two first words of a statement, in upper case; "" if the first is not known.
func firstWords(start []byte) string {
	const most = 2
	c := &cursor{b: start}
	var all []string
	for len(all) < most {
		c.space()
		word := strings.ToUpper(string(c.bare()))
		if word == "" || !strings.Contains(shownWords, " "+word+" ") {
			break
		}
		all = append(all, word)
		c.i += len(word)
	}
	return strings.Join(all, " ")
}

// commandReach says what a psql command can change. connect is left out: it is followed.
func commandReach(line []byte) reach {
	name := string((&cursor{b: line, i: 1}).bare())
	switch name {
	case "restrict", "unrestrict":
		return reachNone
	case "echo", "qecho", "warn", "timing", "pset", "set", "unset", "x", "a", "t", "conninfo", "prompt":
		return reachNamed // none: they change what is shown
	}
	return reachAny
}
