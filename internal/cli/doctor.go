package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/api7-preflight/api7-preflight/internal/engine"
	"github.com/api7-preflight/api7-preflight/internal/render"
	"github.com/api7-preflight/api7-preflight/internal/source/postgres"
	"github.com/api7-preflight/api7-preflight/rules"
)

func (a *app) doctor() *cobra.Command {
	f := &databaseFlags{}
	var format string
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Show what of a database is recognised, missing or not granted; no row values",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.settle(cmd); err != nil {
				return err
			}
			if format != "table" && format != "json" {
				return usage("one of table, json", "unknown format %q", format)
			}
			return a.diagnose(cmd.Context(), f, func(name string, d *postgres.Diagnosis) error {
				if format == "table" {
					return a.write(diagnosis(name, d))
				}
				text, err := json.MarshalIndent(d, "", "  ")
				if err != nil {
					return fmt.Errorf("encoding the diagnosis: %w", err)
				}
				return a.write(string(text) + "\n")
			})
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	return cmd
}

// diagnose opens the database and hands on what is recognised in it.
func (a *app) diagnose(ctx context.Context, f *databaseFlags, use func(name string, d *postgres.Diagnosis) error) error {
	if f.dsn == "" && !a.libpq() {
		return usage("give --dsn postgres://user@host/database, or set PGHOST, PGDATABASE, PGUSER or PGSERVICE",
			"no database: there is nothing to look at")
	}
	src, err := a.database(ctx, f)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }() //nolint:contextcheck // closing must work after an interrupt
	d, err := src.Diagnose(ctx)
	if err != nil {
		return cannotRun("run again with a longer --timeout", "reading %s: %v", src.Info().Name, err)
	}
	return use(src.Info().Name, &d)
}

// diagnosis writes what was recognised: names of tables and columns, types and counts.
func diagnosis(name string, d *postgres.Diagnosis) string {
	var b strings.Builder
	p := func(format string, args ...any) {
		for i, v := range args {
			if s, ok := v.(string); ok {
				args[i] = render.Sanitize(s)
			}
		}
		fmt.Fprintf(&b, format, args...)
	}
	p("%s\n\n", name)
	p("server     %s, time zone %s%s%s\n", d.Server, d.TimeZone, when(d.Standby, ", standby"), when(d.TLS, ", TLS"))
	p("user       %s%s in database %s\n", d.User, when(d.Superuser, " (superuser: `api7-preflight grants` prints a role that can only read)"), d.Database)
	p("schema     %s: %s\n", d.Schema, d.SchemaWhy)
	for _, c := range d.Concepts {
		concept(p, c)
	}
	p("\nkeys in kine, deleted ones included\n")
	if d.KeysWhy != "" {
		p("  %s\n", d.KeysWhy)
	}
	for _, k := range d.Keys {
		p("  %8d  %s%s%s\n", k.Count, when(k.Nested, "apisix/"), k.Collection, when(!k.Known, "  (not known)"))
	}
	p("\nother tables of the schema\n")
	for _, t := range d.Others {
		p("  %s (%s, %s): %s\n", t.Name, t.Kind, rows(t.Rows), strings.Join(t.Columns, ", "))
	}
	return b.String()
}

func concept(p func(string, ...any), c postgres.ConceptReport) {
	p("\n%s\n", c.Concept)
	if c.Table == "" {
		p("  no table   %s\n", cmp.Or(c.Why, "none is recognised"))
	} else {
		p("  table      %s.%s, %s; score %d of 100: %s\n", c.Schema, c.Table, rows(c.Rows), c.Score, c.Why)
	}
	if c.RowSecurity {
		p("  note       row level security is on\n")
	}
	columns := map[string][]string{}
	for _, column := range c.Columns {
		name := column.Name
		if column.Column != "" && column.Column != column.Name {
			name += " from " + column.Column
		}
		columns[column.State] = append(columns[column.State], strings.TrimSpace(name+" "+column.Type))
	}
	for _, state := range []string{postgres.ColumnRead, postgres.ColumnAbsent, postgres.ColumnNotGranted} {
		if len(columns[state]) > 0 {
			p("  %-11s%s\n", state, strings.Join(columns[state], ", "))
		}
	}
	if len(c.Candidates) > 0 {
		p("  not chosen %s\n", strings.Join(c.Candidates, ", "))
	}
	for _, g := range c.Gaps {
		p("  missing    %s: %s\n", g.What, g.Why)
		if g.Next != "" {
			p("             → %s\n", g.Next)
		}
	}
}

func when(on bool, text string) string {
	if on {
		return text
	}
	return ""
}

func rows(n int64) string {
	if n < 0 {
		return "rows not counted yet"
	}
	return fmt.Sprintf("about %d rows", n)
}

func (a *app) grants() *cobra.Command {
	f := &databaseFlags{}
	var role string
	cmd := &cobra.Command{
		Use:   "grants",
		Short: "Print the SQL for a role that can read exactly what the rules need",
		Long: "Print the SQL for a role that can read exactly the columns that the rules listen to, and nothing else.\n\n" +
			"With a connection (any role that may connect) it names the tables of that database; without one it finds them\n" +
			"by name when it runs.",
		Example: "  api7-preflight grants --dsn postgres://admin@db-1/api7ee | psql -v ON_ERROR_STOP=1 postgres://admin@db-1/api7ee",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.settle(cmd); err != nil {
				return err
			}
			if role == "" {
				return usage("--role preflight", "--role is empty")
			}
			need := engine.Need(rules.All())
			if f.dsn == "" && !a.libpq() {
				return a.write(postgres.Grants(role, need, nil))
			}
			return a.diagnose(cmd.Context(), f, func(_ string, d *postgres.Diagnosis) error {
				return a.write(postgres.Grants(role, need, d))
			})
		},
	}
	f.add(cmd)
	cmd.Flags().StringVar(&role, "role", "api7_preflight", "name of the role")
	return cmd
}
