// Package connection reads which database a component's configuration file names, and which files belong together.
package connection

import (
	"cmp"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/dsn"
	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/internal/rule/settings"
	"github.com/api7-preflight/api7-preflight/rules/internal/samefolder"
)

// Key is the JSON pointer of the connection string, below the settings.
const Key = "/database/dsn"

// Kinds are the files that name a database.
func Kinds() []estate.Kind {
	return []estate.Kind{estate.DashboardConfig, estate.DPManagerConfig, estate.PortalConfig, estate.FileServerConfig}
}

// Connection is what one file says of its database. It may be kept.
type Connection struct {
	Subject   estate.Subject
	From      string // the file, or the values of a Helm release, that it stands in
	Pointer   string // of the connection string, or of the nearest place above it
	KeyPath   string // as its owner writes it
	Component string
	Helm      bool
	// Missing is true where the file names no database and Vault does not give it one.
	Missing bool
	// Doubt says why the connection string cannot be read; empty if it can, or if it is missing.
	Doubt  string
	Scheme string // in lower case, "postgres" for "postgresql"
	Hosts  string // with ports
	Name   string // of the database
	// SearchPath is the schema that the connection string asks for; empty: it asks for none.
	SearchPath string
	// Hidden is true where options are hidden in the source, so that it may ask for one all the same.
	Hidden bool
}

// On calls f for every file that names a database, or should.
func On(p *rule.Pass, f func(*Connection)) {
	for _, k := range Kinds() {
		p.On(k, func(r *estate.Resource) { f(read(r)) })
	}
}

func read(r *estate.Resource) *Connection {
	c := &Connection{
		Subject: r.Subject(), From: samefolder.From(r), Pointer: settings.Place(r, Key), KeyPath: settings.Path(r, Key),
		Component: strings.ReplaceAll(r.Kind.String(), "_config", ""), Helm: r.Field("found").TextOrEmpty() == "helm",
	}
	database := r.Field("settings").Get("database")
	written := database.Get("dsn")
	switch {
	case written.Text().Unreadable() != "" && written.Raw() != nil:
		c.Doubt = "database.dsn: " + written.Text().Unreadable()
	case database.Unreadable() != "":
		c.Doubt = "database: " + database.Unreadable()
	case written.Empty():
		c.missing(r, database.Get("vault"))
	default:
		c.parse(written.TextOrEmpty())
	}
	return c
}

// missing notes that the file names no database, unless Vault or values that were not read may give it one.
func (c *Connection) missing(r *estate.Resource, vault estate.Value) {
	enabled := vault.Get("enabled")
	on, _ := enabled.Bool().Known()
	why, open := enabled.Bool().Unreadable(), r.Field("open").TextOrEmpty()
	switch {
	case why != "":
		c.Doubt = "database.dsn is not set, and whether Vault provides one is not known: database.vault.enabled: " + why
	case !vault.Empty() && (on || enabled.Absent()):
	case open != "":
		c.Doubt = "database.dsn is not set in what was read, but there are " + open
	default:
		c.Missing = true
	}
}

// parse reads a connection URL. What else the programs may take is not public.
func (c *Connection) parse(text string) {
	d, err := dsn.Parse(text)
	if err != nil || d.Keywords || d.Servers() == "" {
		c.Doubt = "database.dsn is not a connection URL that can be compared, such as postgres://user:password@host:port/database, " +
			"where @ in a password is written %40, / %2F, ? %3F and # %23"
		return
	}
	for _, option := range []string{"host", "port", "dbname", "database"} {
		if d.Get(option) == hidden {
			c.Doubt = "database.dsn: " + option + " " + estate.Hidden
			return
		}
	}
	c.Scheme, c.Hosts, c.Name = d.Scheme, d.Servers(), d.Database()
	c.SearchPath, c.Hidden = searchPath(d), d.Get("options") == hidden || d.Get("search_path") == hidden
}

// searchPath returns the schema of the options search_path and options=-c search_path=….
func searchPath(d dsn.DSN) string {
	_, inOptions, _ := strings.Cut(d.Get("options"), "search_path=")
	inOptions, _, _ = strings.Cut(inOptions, " ")
	if path := d.Get("search_path"); path != hidden {
		return cmp.Or(path, inOptions)
	}
	return inOptions
}

// hidden is what a snapshot has in place of an option that it does not show.
const hidden = "hidden"

// String returns the database without user and password: "postgres://pg.example.internal:5432/api7ee".
func (c *Connection) String() string { return c.Scheme + "://" + c.Hosts + "/" + c.Name }

// OfChart is the database that the control plane's chart writes into files unless told otherwise, since its version 0.10.0
// (github.com/api7/api7-helm-chart:charts/api7/values.yaml).
const OfChart = "postgres://api7-postgresql:5432/api7ee"

// Near returns those of the files that stand nearest to c.
func Near(c *Connection, others []*Connection) []*Connection {
	return samefolder.To(c.From, others, func(o *Connection) string { return o.From })
}
