package runbook

import (
	"cmp"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/rule/remedy"
)

// postgres are the parts of commands that reach the database of the control plane.
type postgres struct {
	server string // options for host, port and role
	name   string
	user   string
	prefix string // a line that sets what the connection needs besides; may be empty
}

// postgres returns what reaches the database; other is true if it is no PostgreSQL.
func (p *plan) postgres() (pg postgres, other bool) {
	d := p.f.Database
	const find = "database.dsn in the configuration file of the Dashboard"
	host := p.or(d.Host, "database host", find)
	pg.user = p.or(d.User, "database role that owns the tables", find)
	pg.server = strings.Join([]string{"-h", host, "-p", word(cmp.Or(d.Port, "5432")), "-U", pg.user}, " ")
	pg.name = p.or(d.Name, "database name", find)
	if d.SSLMode != "" {
		pg.prefix = "export PGSSLMODE=" + word(d.SSLMode)
	}
	return pg, d.Other != ""
}

// dump returns the command that backs the database up into a file in a folder.
func (pg postgres) dump(file string) string {
	return strings.Join([]string{"pg_dump", pg.server, "-d", pg.name, "-F c -b -v -f", file}, " ")
}

// restore returns the command that restores a backup into a database.
func (pg postgres) restore(name, file string) string {
	return strings.Join([]string{"pg_restore", pg.server, "-d", name, "-v --exit-on-error", file}, " ")
}

// psql returns a command that runs statements, each as one word of the shell.
func (pg postgres) psql(name string, statements ...string) string {
	words := []string{"psql", pg.server, "-d", name, "-v ON_ERROR_STOP=1"}
	for _, s := range statements {
		words = append(words, "-c", remedy.Quote(s))
	}
	return strings.Join(words, " ")
}

// identifier returns a name as SQL writes it, whatever characters it has.
func identifier(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// named returns the name of a database in SQL: known, or as the blank for it.
func (p *plan) named(suffix string) string {
	if p.f.Database.Name == "" {
		return `"<FILL IN: database name>` + suffix + `"`
	}
	return identifier(p.f.Database.Name + suffix)
}

// owner returns the role that owns the tables, in SQL.
func (p *plan) owner() string {
	if p.f.Database.User == "" {
		return `"<FILL IN: database role that owns the tables>"`
	}
	return identifier(p.f.Database.User)
}

// dumpFile returns the name of the backup of this hop, in a shell.
func (p *plan) dumpFile(suffix string) string {
	return `"$BACKUP_DIR"/` + word("api7ee-"+p.hop.path.From.String()+suffix)
}

// schemaNote says in which schema the tables are.
func (p *plan) schemaNote() string {
	if s := p.f.Database.Schema; s != "" {
		return " The tables are in schema " + s + "; the backup takes the whole database."
	}
	return " The backup takes the whole database, whatever the schema."
}

// passfile says where the password comes from.
func (p *plan) passfile() string {
	d := p.f.Database
	text := "The password comes from the passfile (PGPASSFILE, or ~/.pgpass with mode 0600), a line host:port:database:role:password with these values; it is in no command."
	if d.Reader {
		text += " The role here is the one that this program reads with: pg_dump needs one that may read every table, usually the control plane's own."
	}
	return text
}
