package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/api7-preflight/api7-preflight/internal/controlplane"
	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// Grants returns SQL that creates a role which can read exactly the columns that the needed kinds are read from, and
// nothing else. It finds the tables by name when it runs. Run it with psql in the database, as owner of the tables or
// as a superuser.
func Grants(role string, need estate.Need) string {
	fill := placeholders(role)
	return fill.Replace(grantsHead+grantsByName) + wantedRows(need) + fill.Replace(grantsEach+grantsTail)
}

// Grants is like the function Grants, but names the tables of this database.
func (s *Source) Grants(role string, need estate.Need) string {
	fill := placeholders(role)
	return fill.Replace(grantsHead) + grantRecognised(pgx.Identifier{role}.Sanitize(), need, s.layout.Diagnose().Concepts) + fill.Replace(grantsTail)
}

func placeholders(role string) *strings.Replacer {
	return strings.NewReplacer("{quote}", dollarQuote(role), "{role}", pgx.Identifier{role}.Sanitize(), "{name}", literal(role))
}

const grantsHead = `-- A role that can read what api7-preflight reads, column by column, and nothing else.
-- Column value of table kine is what gateways run: it holds private keys, credentials and secrets of plugins. So do the
-- columns with plugins of the tables of services and routes. Keep the password of this role as safe as that of API7
-- itself, or have a role that cannot read them made with --without-secrets.
-- Run this in API7's database, as the owner of its tables or as a superuser:
--   api7-preflight grants | psql -v ON_ERROR_STOP=1 DSN
-- Then give the role a password, in psql with \password.
BEGIN;
DO {quote}
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = {name}) THEN
    CREATE ROLE {role} LOGIN;
  END IF;
  EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO %I', pg_catalog.current_database(), {name});
END
{quote};
`

const grantsTail = `ALTER ROLE {role} SET default_transaction_read_only = on;
ALTER ROLE {role} SET statement_timeout = '5min';
COMMIT;
`

// dollarQuote returns a quote that the role's name does not contain.
func dollarQuote(role string) string {
	tag := "$grants$"
	for strings.Contains(role, tag) {
		tag = strings.TrimSuffix(tag, "$") + "_$"
	}
	return tag
}

// literal returns s as a quoted string constant.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// grantRecognised returns grants for the tables and columns of one database, by name.
func grantRecognised(role string, need estate.Need, concepts []estate.ConceptDiagnosis) string {
	var b strings.Builder
	var schemas []string
	for _, w := range controlplane.WantedFor(need) {
		i := slices.IndexFunc(concepts, func(c estate.ConceptDiagnosis) bool { return c.Concept == w.Concept })
		if i < 0 || concepts[i].Table == "" {
			continue
		}
		found := concepts[i]
		if !slices.Contains(schemas, found.Schema) {
			schemas = append(schemas, found.Schema)
			fmt.Fprintf(&b, "GRANT USAGE ON SCHEMA %s TO %s;\n", pgx.Identifier{found.Schema}.Sanitize(), role)
		}
		var columns []string
		for _, column := range found.Columns {
			if column.Column != "" {
				columns = append(columns, pgx.Identifier{column.Column}.Sanitize())
			}
		}
		fmt.Fprintf(&b, "GRANT SELECT (%s)\n  ON %s TO %s; -- %s\n",
			strings.Join(columns, ", "), pgx.Identifier{found.Schema, found.Table}.Sanitize(), role, w.Concept)
	}
	return b.String()
}

// wanted reports whether a concept is read for the needed kinds.
func wanted(concept string, need estate.Need) bool {
	return slices.ContainsFunc(controlplane.WantedFor(need), func(w controlplane.Wanted) bool { return w.Concept == concept })
}

// grantsByName and grantsEach, with the wanted rows between them, grant the columns of every table with the name of a
// concept, in the schemas that look like API7's. Columns that a table does not have are left out.
const grantsByName = `DO {quote}
DECLARE
  t record;
BEGIN
  FOR t IN
    WITH wanted (tables, columns) AS (VALUES
`

const grantsEach = `    )
    SELECT n.nspname, c.relname,
           pg_catalog.string_agg(DISTINCT pg_catalog.quote_ident(a.attname), ', ') AS columns
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN wanted w ON pg_catalog.regexp_replace(pg_catalog.lower(c.relname), '^(t_)?(api7_)?', '') = ANY (w.tables)
                 AND pg_catalog.lower(a.attname) = ANY (w.columns)
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
      AND EXISTS (SELECT 1 FROM pg_catalog.pg_class k
                  WHERE k.relnamespace = n.oid AND k.relname IN ('kine', 'gateway_group', 'gateway_groups'))
    GROUP BY n.nspname, c.relname
  LOOP
    EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA %I TO %I', t.nspname, {name});
    EXECUTE pg_catalog.format('GRANT SELECT (%s) ON %I.%I TO %I', t.columns, t.nspname, t.relname, {name});
  END LOOP;
END
{quote};
`

// wantedRows returns the names of tables and columns of the needed concepts as SQL rows.
func wantedRows(need estate.Need) string {
	var rows []string
	for _, w := range controlplane.WantedFor(need) {
		rows = append(rows, fmt.Sprintf("      (ARRAY[%s],\n       ARRAY[%s])", literals(w.Tables), literals(w.Columns)))
	}
	return strings.Join(rows, ",\n") + "\n"
}

func literals(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = literal(word)
	}
	return strings.Join(quoted, ", ")
}
