package postgres_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/internal/test/pgtest"
	"github.com/api7-preflight/api7-preflight/internal/test/secretstest"
	"github.com/api7-preflight/api7-preflight/internal/test/sourcetest"
)

// grantWithoutSecrets makes a role that reads through views, and returns its name.
func grantWithoutSecrets(t *testing.T, dsn string) (role string) {
	t.Helper()
	role = pgtest.Name("Read'er")
	sql := openConfig(t, postgres.Config{DSN: dsn}).GrantsWithoutSecrets(role, sourcetest.AllButSecrets())
	psql(t, dsn, sql)
	psql(t, dsn, sql) // a second time changes nothing
	return role
}

// TestWhatCannotBeParsedIsDamagedAndHidden gives the view values that are no JSON, for each type that the column can have.
func TestWhatCannotBeParsedIsDamagedAndHidden(t *testing.T) {
	t.Parallel()
	const damaged = `{"id":"x","plugins":{"csrf":{"key":"` + secretstest.Canary
	insert := func(value string) string {
		return `INSERT INTO kine (name, deleted, prev_revision, value) VALUES ('/gateway_groups/default/routes/x', 0, 0, ` + value + `)`
	}
	for name, sql := range map[string][]string{
		"bytea":     {insert("convert_to(" + quoted(damaged) + ", 'UTF8')")},
		"not UTF-8": {insert(`'\xff7b'::bytea || convert_to(` + quoted(damaged) + `, 'UTF8')`)},
		"text":      {"ALTER TABLE kine ALTER value TYPE text USING convert_from(value, 'UTF8')", insert(quoted(damaged))},
		"json with a character that text cannot hold": {
			"DELETE FROM kine WHERE value = ''; ALTER TABLE kine ALTER value TYPE json USING convert_from(value, 'UTF8')::json",
			insert(quoted(damaged + `\u0000"}}}`)),
		},
		"nested too deeply": {insert("convert_to(repeat('[', 100000) || " + quoted(`"`+secretstest.Canary+`"`) + " || repeat(']', 100000), 'UTF8')")},
		"too long":          {insert("convert_to(" + quoted(damaged) + " || repeat('x', 9000000) || '\"}}}', 'UTF8')")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, append([]string{installation}, sql...)...)
			role := grantWithoutSecrets(t, dsn)
			got := read(t, openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, role)}), sourcetest.AllButSecrets())
			var rows []string
			for _, row := range got.of(estate.Route) {
				if strings.Contains(row, "/routes/x") {
					rows = append(rows, row)
				}
			}
			if len(rows) != 1 || strings.Contains(rows[0], secretstest.Canary) {
				t.Fatalf("rows: %.300q", rows)
			}
			if body := rows[0][strings.LastIndex(rows[0], " ")+1:]; json.Valid([]byte(body)) && !strings.Contains(rows[0], " DAMAGED the row was not fetched: it has 9000053 bytes") {
				t.Errorf("looks sound: %.300q", rows[0])
			}
		})
	}
}

// TestEveryTypeOfKineGivesTheSame has views of kine with its value in each type.
func TestEveryTypeOfKineGivesTheSame(t *testing.T) {
	t.Parallel()
	var want []string
	for _, typ := range []string{"bytea", "text", "json", "jsonb"} {
		change := "DELETE FROM kine WHERE value = ''"
		if typ != "bytea" {
			change += "; ALTER TABLE kine ALTER value TYPE " + typ + " USING convert_from(value, 'UTF8')::" + typ
		}
		dsn := pgtest.Start(t).Database(t, installation, change)
		role := grantWithoutSecrets(t, dsn)
		got := read(t, openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, role)}), sourcetest.AllButSecrets())
		for i := range got.rows {
			got.rows[i] = age.ReplaceAllString(got.rows[i], "")
		}
		if want == nil {
			want = got.rows
		}
		if diff := cmp.Diff(want, got.rows); diff != "" || len(got.incomplete()) > 0 && typ == "bytea" && len(want) < 10 {
			t.Errorf("%s (-bytea +%s):\n%s", typ, typ, diff)
		}
	}
}

// TestOnlyThisViewStandsForATable changes the view, what it shows or the table: it is not taken for the table any more.
func TestOnlyThisViewStandsForATable(t *testing.T) {
	t.Parallel()
	const renewed = "table \"kine\": SELECT is not granted, and the view that shows it without secrets was made for other columns or by another release of this program"
	for name, c := range map[string]struct{ sql, want string }{
		"as it is":               {"SELECT 1", ""},
		"no comment":             {"COMMENT ON VIEW api7_preflight.kine_without_secrets IS NULL", renewed},
		"another comment":        {"COMMENT ON VIEW api7_preflight.kine_without_secrets IS 'api7-preflight: public.kine without secrets'", renewed},
		"another table":          {"ALTER TABLE kine RENAME TO kine_old; CREATE TABLE kine (LIKE kine_old)", renewed},
		"a column renamed":       {`ALTER TABLE kine RENAME deleted TO "DELETED"`, renewed},
		"none":                   {"DROP VIEW api7_preflight.kine_without_secrets", `table "kine": SELECT is not granted`},
		"a view found by chance": {"DROP VIEW api7_preflight.kine_without_secrets; CREATE VIEW api7_preflight.kine_without_secrets AS SELECT id, name, deleted, value FROM kine; GRANT SELECT ON api7_preflight.kine_without_secrets TO PUBLIC", renewed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installation)
			role := grantWithoutSecrets(t, dsn)
			pgtest.Exec(t, dsn, c.sql)
			src := openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, role)})
			got := read(t, src, sourcetest.AllButSecrets())
			gaps, _ := got.gaps(t, estate.Consumer)
			if c.want == "" {
				if len(gaps) > 0 || !strings.Contains(strings.Join(got.notes(), "\n"), "secrets: are hidden by views of schema api7_preflight, through which these tables are read: gateway_group, service") {
					t.Errorf("gaps %q, notes %q", gaps, got.notes())
				}
				return
			}
			if !slices.Contains(gaps, c.want) {
				t.Errorf("got %q, want %q", gaps, c.want)
			}
		})
	}
}

// TestARoleThatReadsTheTableAllTheSameIsAnError runs the SQL where something else lets the role read kine.
func TestARoleThatReadsTheTableAllTheSameIsAnError(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"PUBLIC may": "GRANT SELECT (old_value) ON kine TO PUBLIC", "superuser": "ALTER ROLE %s SUPERUSER", "through a role": "GRANT pg_read_all_data TO %s",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dsn := pgtest.Start(t).Database(t, installation)
			role := pgtest.Name("reader")
			pgtest.Exec(t, dsn, "CREATE ROLE "+role+" LOGIN; "+strings.ReplaceAll(sql, "%s", role))
			out, err := runPSQL(t, dsn, openConfig(t, postgres.Config{DSN: dsn}).GrantsWithoutSecrets(role, sourcetest.AllButSecrets()))
			if err == nil || !strings.Contains(out, "all the same") {
				t.Errorf("%v: %s", err, out)
			}
			if n := pgtest.Exec(t, dsn, "SELECT count(*) FROM pg_namespace WHERE nspname = 'api7_preflight'"); n[0][0] != "0" {
				t.Error("something was made")
			}
		})
	}
}

// TestARoleCannotTurnTheFunctionsAgainstTheViews plays a role that may create objects in a schema of its own: types,
// operators and functions that would be called with what the views hide, if their functions looked there.
func TestARoleCannotTurnTheFunctionsAgainstTheViews(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t, installation, `INSERT INTO kine (name, deleted, prev_revision, value) VALUES
		('/gateway_groups/default/ssls/x', 0, 0, '{"key":"`+secretstest.Canary+`","cert":"`+secretstest.Canary+`"}')`)
	role := grantWithoutSecrets(t, dsn)
	owned := `"` + role + `"`
	pgtest.Exec(t, dsn, "CREATE SCHEMA evil AUTHORIZATION "+owned+"; ALTER ROLE "+owned+" SET default_transaction_read_only = off")
	asRole := pgtest.As(t, dsn, role)
	pgtest.Exec(t, asRole, `CREATE TABLE evil.seen (what text);
		CREATE FUNCTION evil.see(x text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN INSERT INTO evil.seen VALUES (x); RETURN true; END $$;
		CREATE DOMAIN evil.jsonb AS pg_catalog.jsonb CHECK (evil.see(value::text));
		CREATE DOMAIN evil.text AS pg_catalog.text CHECK (evil.see(value::pg_catalog.text));
		CREATE FUNCTION evil.split_part(a pg_catalog.text, b pg_catalog.text, c int) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$ BEGIN PERFORM evil.see(a); RETURN 'routes'; END $$;
		CREATE FUNCTION evil.jsonb_typeof(x pg_catalog.jsonb) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$ BEGIN PERFORM evil.see(x::pg_catalog.text); RETURN 'number'; END $$;
		CREATE FUNCTION evil.lower(x pg_catalog.text) RETURNS pg_catalog.text LANGUAGE plpgsql AS $$ BEGIN PERFORM evil.see(x); RETURN ''; END $$;
		CREATE FUNCTION evil.nomatch(a pg_catalog.text, b pg_catalog.text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM evil.see(a); RETURN true; END $$;
		CREATE OPERATOR evil.!~ (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = evil.nomatch)`)
	settings := "SET search_path = evil, pg_catalog; SET standard_conforming_strings = off; SET escape_string_warning = off; SET quote_all_identifiers = on; SET array_nulls = off; SET transform_null_equals = on; "
	rows := pgtest.Exec(t, asRole, settings+"SELECT value FROM api7_preflight.kine_without_secrets")
	rows = append(rows, pgtest.Exec(t, asRole, "SELECT what FROM evil.seen")...)
	for _, row := range rows {
		if strings.Contains(row[0], secretstest.Canary) {
			t.Errorf("seen: %s", row[0])
		}
	}
	for _, call := range []string{"mark('1')", "resource('{}', '{}', '{}', '{}', false, false)", "scrub('1', '{}')"} {
		if may := pgtest.Exec(t, dsn, "SELECT bool_or(has_function_privilege("+quoted(role)+", p.oid, 'EXECUTE')) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'api7_preflight' AND p.proname = "+quoted(call[:strings.Index(call, "(")])); may[0][0] != "f" {
			t.Errorf("the role may call %s", call)
		}
	}
	if strings.Contains(postgres.ViewFunctions, `\`) {
		t.Error("a backslash means something else when standard_conforming_strings is off")
	}
}

// TestTheOwnerOfTheTablesCanRunItAndTakeItAway runs the SQL as a role that is no superuser, then the commands in its
// comment.
func TestTheOwnerOfTheTablesCanRunItAndTakeItAway(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t).Database(t)
	owner, role := pgtest.Name("owner"), pgtest.Name("reader")
	pgtest.Exec(t, dsn, "CREATE ROLE "+owner+" LOGIN CREATEROLE; ALTER DATABASE "+pgtest.DatabaseName(t, dsn)+" OWNER TO "+owner+"; GRANT ALL ON SCHEMA public TO "+owner)
	asOwner := pgtest.As(t, dsn, owner)
	pgtest.Exec(t, asOwner, installation)
	src := openConfig(t, postgres.Config{DSN: asOwner})
	sql := src.GrantsWithoutSecrets(role, sourcetest.AllButSecrets())
	_ = src.Close()
	psql(t, asOwner, sql)
	psql(t, asOwner, sql)
	src = openConfig(t, postgres.Config{DSN: pgtest.As(t, dsn, role)})
	if gaps, n := read(t, src, sourcetest.AllButSecrets()).gaps(t, estate.Consumer); len(gaps) > 0 || n == 0 {
		t.Errorf("%d consumers, %q", n, gaps)
	}
	_ = src.Close() // or its locks would keep the views
	_, after, _ := strings.Cut(sql, "To take it all away again:\n")
	commands, _, _ := strings.Cut(after, "BEGIN;")
	psql(t, asOwner, strings.ReplaceAll(commands, "--", ""))
	if left := pgtest.Exec(t, dsn, "SELECT rolname FROM pg_roles WHERE rolname LIKE '"+role+"%' UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'api7_preflight'"); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
