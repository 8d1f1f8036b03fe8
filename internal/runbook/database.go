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
	// maintenance is the database to be connected to while the other one is renamed and made anew.
	maintenance string
}

// postgres returns what reaches the database; other is true if it is no PostgreSQL. A port is only one of a server that is
// known: where it is not, nobody knows whether the usual one is right.
func (p *plan) postgres() (pg postgres, other bool) {
	d := p.f.Database
	const find = "database.dsn in the configuration file of the Dashboard"
	host, port := p.or(d.Host, "database host", find), cmp.Or(d.Port, usualPort)
	if d.Host == "" {
		port = p.blank("database port", find)
	} else {
		port = word(port)
	}
	pg.user = p.or(p.ownerName(), ownerBlank, p.findOwner())
	pg.server = strings.Join([]string{"-h", host, "-p", port, "-U", pg.user}, " ")
	pg.name = p.or(d.Name, "database name", find)
	if pg.maintenance = "postgres"; d.Name == pg.maintenance {
		pg.maintenance = "template1"
	}
	var exports []string
	for _, one := range []struct{ name, value string }{
		{"PGSSLMODE", d.SSLMode},
		{"PGSSLROOTCERT", d.SSLRootCert},
		{"PGSSLCERT", d.SSLCert},
		{"PGSSLKEY", d.SSLKey},
		{"PGTARGETSESSIONATTRS", d.TargetSessionAttrs},
	} {
		if one.value != "" {
			exports = append(exports, one.name+"="+word(one.value))
		}
	}
	if len(exports) > 0 {
		pg.prefix = "export " + strings.Join(exports, " ")
	}
	return pg, d.Other != ""
}

// ownerBlank stands for the role that backs the database up and restores it.
const ownerBlank = "role that owns the database"

// ownerName returns that role; empty: it is not known. The one that this program reads with can do neither.
func (p *plan) ownerName() string {
	if p.f.Database.Reader {
		return ""
	}
	return p.f.Database.User
}

func (p *plan) findOwner() string {
	find := "database.dsn in the configuration file of the Dashboard"
	if d := p.f.Database; d.Reader && d.User != "" {
		find += "; the role of --dsn is " + d.User + ", with which this program reads"
	}
	return find
}

// dump returns the command that backs the database up into a file in a folder.
func (pg postgres) dump(file string) string {
	return strings.Join([]string{"pg_dump", pg.server, "-d", pg.name, "-F c -b -v -f", file}, " ")
}

// restore returns the command that restores a backup into a database.
func (pg postgres) restore(name, file string) string {
	return strings.Join([]string{"pg_restore", pg.server, "-d", name, "-v --exit-on-error", file}, " ")
}

// recreate returns the command that makes the database of a backup anew, under its own name and with its own settings, grants,
// encoding and owner.
func (pg postgres) recreate(file string) string {
	return strings.Join([]string{"pg_restore", pg.server, "-C -d", pg.maintenance, "-v --exit-on-error", file}, " ")
}

// inSQL returns the command that restores a backup in SQL, which makes the database itself.
func (pg postgres) inSQL(file string) string {
	return strings.Join([]string{"psql", pg.server, "-d", pg.maintenance, "-v ON_ERROR_STOP=1 -f", file}, " ")
}

// otherDatabase returns the command that backs up or restores what is no PostgreSQL.
func (p *plan) otherDatabase(does string) string {
	return p.blank("command that "+does+" the "+p.f.Database.Other+" database", "the operators of the database know it") + " " + p.dumpFile(".dump")
}

// psql returns a command that runs statements, each of which is one word of the shell.
func (pg postgres) psql(name string, statements ...string) string {
	words := []string{"psql", pg.server, "-d", name, "-v ON_ERROR_STOP=1"}
	for _, s := range statements {
		words = append(words, "-c", s)
	}
	return strings.Join(words, " ")
}

// aside returns the statements that end the sessions of the database, and put it aside under a name that is free: it ends with
// what the shell has in now.
func (p *plan) aside() []string {
	return []string{
		p.quoted("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' AND datname = " + p.literal("")),
		p.quoted("ALTER DATABASE "+p.named("")+" RENAME TO "+strings.TrimSuffix(p.named("_failed_"), `"`)) + `"$now"` + remedy.Quote(`"`),
	}
}

// compared returns the statement that shows the settings of the database and of its copy.
func (p *plan) compared() string {
	return p.quoted("SELECT datname, pg_get_userbyid(datdba) AS owner, pg_encoding_to_char(encoding) AS encoding, datcollate, datctype, datacl, setconfig " +
		"FROM pg_database LEFT JOIN pg_db_role_setting ON setdatabase = pg_database.oid WHERE datname IN (" + p.literal("") + ", " + p.literal("_rehearsal") + ") ORDER BY datname")
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

// literal returns the same as a text of SQL.
func (p *plan) literal(suffix string) string {
	if p.f.Database.Name == "" {
		return "'<FILL IN: database name>" + suffix + "'"
	}
	return "'" + strings.ReplaceAll(p.f.Database.Name+suffix, "'", "''") + "'"
}

// owner returns the role that owns the database, in SQL.
func (p *plan) owner() string {
	if name := p.ownerName(); name != "" {
		return identifier(name)
	}
	return `"<FILL IN: ` + ownerBlank + `>"`
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
		text += " The role is not that of --dsn, with which this program reads: pg_dump needs one that may read every table, and pg_restore one that may make them, usually the control plane's own."
	}
	if d.Host != "" && !strings.ContainsAny(d.Host, "./:,") && d.Host != "localhost" {
		text += " " + d.Host + " may be a name that only containers know: where it is not known, run the commands in the container of the database (docker compose exec -T, kubectl exec -i) or through a forwarded port."
	}
	if d.SSLRootCert+d.SSLCert+d.SSLKey != "" {
		text += " The files of certificates are named as where the connection string is used: take what is theirs on your machine, and the certificate of that role."
	}
	return text
}

// contradiction says that the sources name several databases; empty: they do not.
func (p *plan) contradiction() string {
	d := &p.f.Database
	if len(d.Contradictions) == 0 {
		return ""
	}
	return "The sources name several databases, or one by several names: find out which one the control plane uses before anything else. The commands of this runbook use " + d.Place() + "; " + strings.Join(d.Contradictions, "; ") + "."
}
