package postgres

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/api7-preflight/api7-preflight/internal/estate"
)

// GrantsWithoutSecrets is like Grants, but the role cannot read secrets: it reads the tables that can hold some through
// views, which another role owns and which strip what package redact knows by name to be secret. What is secret only by
// its shape they leave. If the role could read one of these tables all the same, running the SQL is an error and changes
// nothing.
func (s *Source) GrantsWithoutSecrets(role string, need estate.Need) string {
	quoted, owner := pgx.Identifier{role}.Sanitize(), role+"_owner"
	quotedOwner := pgx.Identifier{owner}.Sanitize()
	fill := strings.NewReplacer("{quote}", dollarQuote(role), "{role}", quoted, "{name}", literal(role),
		"{owner}", quotedOwner, "{ownername}", literal(owner), "{schema}", viewSchema)
	concepts := s.layout.Diagnose().Concepts
	var prepared, defined, tables strings.Builder
	for _, p := range s.layout.Places() {
		view, ok := viewOf(p)
		i := slices.IndexFunc(concepts, func(c estate.ConceptDiagnosis) bool { return c.Concept == p.Name() })
		if !ok || !wanted(p.Name(), need) {
			continue
		}
		concepts = slices.Delete(concepts, i, i+1)
		schema, table := pgx.Identifier{view.table.Schema}.Sanitize(), pgx.Identifier{view.table.Schema, view.table.Name}.Sanitize()
		fmt.Fprintf(&prepared, "REVOKE SELECT ON %s FROM %s;\nGRANT USAGE ON SCHEMA %s TO %s;\nGRANT SELECT (%s)\n  ON %s TO %s; -- %s\n",
			table, quoted, schema, quotedOwner, strings.Join(view.columns, ", "), table, quotedOwner, p.Name())
		fmt.Fprintf(&defined, "%sCOMMENT ON VIEW %s.%s IS %s;\n", view.definition, viewSchema, view.name, literal(view.comment))
		fmt.Fprintf(&tables, ", %s", literal(table))
	}
	return fill.Replace(safeHead) + prepared.String() + fill.Replace(safeSchema) + viewFunctions() + "\n" + defined.String() +
		fill.Replace(safeRights) + grantRecognised(quoted, need, concepts) +
		strings.ReplaceAll(fill.Replace(safeCheck), "{tables}", strings.TrimPrefix(tables.String(), ", ")) + fill.Replace(grantsTail)
}

const safeHead = `-- A role that can read what api7-preflight reads, and no secrets. Tables that can hold secrets (kine and the tables of
-- services, routes and gateway groups) it reads only through views in schema {schema}, which belong to another role and
-- strip private keys, credentials, and what in the configuration of plugins may hold some.
-- What is stripped is chosen by the names of fields, plugins, variables and headers, as listed in the functions below.
-- Report and snapshot of api7-preflight in addition hide texts by their shape. The views do not: a password in a field
-- with a harmless name stays visible to the role.
-- What is hidden is in doubt where a rule asks for it: the report then names the place.
-- What it costs: the server rewrites the JSON of every row at every read. See the README for figures.
-- The views are made for the tables as they are now, by this release of api7-preflight. After an upgrade of either run
-- this again; it replaces the views.
-- Run this in API7's database, as the owner of its tables or as a superuser. It needs CREATE on the database:
--   api7-preflight grants --without-secrets --dsn DSN | psql -v ON_ERROR_STOP=1 DSN
-- Then give the role a password, in psql with \password.
-- To take it all away again:
--   DROP SCHEMA {schema} CASCADE;
--   GRANT {role}, {owner} TO CURRENT_USER;
--   DROP OWNED BY {role}, {owner};
--   DROP ROLE {role}, {owner};
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL lock_timeout = '10s'; -- for a run that reads the views to be replaced
DO {quote}
BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = {name}) THEN
    CREATE ROLE {role} LOGIN;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = {ownername}) THEN
    CREATE ROLE {owner} NOLOGIN;
  END IF;
  IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
    GRANT {owner} TO CURRENT_USER;
  END IF;
  IF EXISTS (SELECT 1 FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_roles o ON o.oid = n.nspowner
             WHERE n.nspname = '{schema}' AND o.rolname <> {ownername}) THEN
    RAISE EXCEPTION 'schema {schema} belongs to another role: it is not replaced';
  END IF;
  EXECUTE pg_catalog.format('GRANT CONNECT ON DATABASE %I TO %I', pg_catalog.current_database(), {name});
END
{quote};
DROP SCHEMA IF EXISTS {schema} CASCADE;
`

const safeSchema = `CREATE SCHEMA {schema} AUTHORIZATION {owner};
SET LOCAL ROLE {owner};
SET LOCAL search_path = pg_catalog;
`

// safeRights lets the role call only functions with a search path of their own: in another it could put types and
// operators of its own in the place of the server's.
const safeRights = `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC;
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role};
GRANT EXECUTE ON FUNCTION {schema}.kine_value(text, text), {schema}.kine_value(text, bytea),
  {schema}.column_value(text, text, text), {schema}.column_value(text, text, bytea), {schema}.text_value(text) TO {role};
RESET ROLE;
RESET search_path;
`

const safeCheck = `DO {quote}
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[{tables}]::text[] LOOP
    IF pg_catalog.has_any_column_privilege({name}, t, 'SELECT') THEN
      RAISE EXCEPTION 'role % can read % all the same: as a superuser, through another role, or because PUBLIC can', {name}, t;
    END IF;
  END LOOP;
  IF pg_catalog.pg_has_role({name}, {ownername}, 'MEMBER') THEN
    RAISE EXCEPTION 'role % is a member of %', {name}, {ownername};
  END IF;
END
{quote};
`
