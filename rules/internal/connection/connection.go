// Package connection reads which database a component's configuration file names, and which files belong together.
package connection

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/estate"
	"github.com/api7-preflight/api7-preflight/internal/rule"
	"github.com/api7-preflight/api7-preflight/rules/internal/nearby"
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
		Subject: r.Subject(), Pointer: rule.Place(r, Key), KeyPath: rule.KeyPath(r, Key),
		Component: strings.ReplaceAll(r.Kind.String(), "_config", ""), Helm: rule.Words(r.Field("found")) == "helm",
	}
	database := r.Field("settings").Get("database")
	dsn := database.Get("dsn")
	switch {
	case dsn.Text().Unreadable() != "" && dsn.Raw() != nil:
		c.Doubt = "database.dsn: " + dsn.Text().Unreadable()
	case database.Unreadable() != "":
		c.Doubt = "database: " + database.Unreadable()
	case dsn.Empty():
		c.missing(r, database.Get("vault"))
	default:
		c.parse(rule.Words(dsn))
	}
	return c
}

// missing notes that the file names no database, unless Vault or values that were not read may give it one.
func (c *Connection) missing(r *estate.Resource, vault estate.Value) {
	enabled := vault.Get("enabled")
	on, _ := enabled.Bool().Known()
	why, open := enabled.Bool().Unreadable(), rule.Words(r.Field("open"))
	switch {
	case why != "":
		c.Doubt = "database.dsn is not set, and whether Vault gives one cannot be told: database.vault.enabled: " + why
	case !vault.Empty() && (on || enabled.Absent()):
	case open != "":
		c.Doubt = "database.dsn is not set in what was read, and there are " + open
	default:
		c.Missing = true
	}
}

// parse reads a connection URL. What else the programs may take is not public.
func (c *Connection) parse(dsn string) {
	u, err := url.Parse(rule.PlainAddress(withoutUser(strings.TrimSpace(dsn))))
	if err != nil || u.Scheme == "" || u.Host == "" {
		c.Doubt = "database.dsn is no connection URL that can be compared, such as postgres://user:password@host:port/database"
		return
	}
	c.Scheme = strings.Replace(strings.ToLower(u.Scheme), "postgresql", "postgres", 1)
	c.Name = strings.Trim(u.Path, "/")
	if c.Name == "" {
		c.Name = cmp.Or(u.Query().Get("database"), u.Query().Get("dbname"))
	}
	var hosts []string
	for host := range strings.SplitSeq(strings.ToLower(u.Host), ",") {
		if !withPort.MatchString(host) {
			host += ":" + defaultPort(c.Scheme)
		}
		hosts = append(hosts, host)
	}
	slices.Sort(hosts)
	c.Hosts = strings.Join(hosts, ",")
	c.SearchPath, c.Hidden = searchPath(u.Query()), u.Query().Get("options") == "hidden"
}

// withoutUser takes user and password out of a connection URL: snapshots hide them, in a form that no URL has.
func withoutUser(dsn string) string {
	scheme, rest, found := strings.Cut(dsn, "://")
	authority, more := rest, ""
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		authority, more = rest[:end], rest[end:]
	}
	if at := strings.LastIndexByte(authority, '@'); found && at >= 0 {
		return scheme + "://" + authority[at+1:] + more
	}
	return dsn
}

var withPort = regexp.MustCompile(`[^:]:[0-9]+$|\]:[0-9]+$`) // not the last part of an IPv6 address

// searchPath returns the schema of the options search_path and options=-c search_path=….
func searchPath(options url.Values) string {
	_, inOptions, _ := strings.Cut(options.Get("options"), "search_path=")
	inOptions, _, _ = strings.Cut(inOptions, " ")
	return cmp.Or(options.Get("search_path"), inOptions)
}

// defaultPort returns the port that a connection URL means without one.
func defaultPort(scheme string) string {
	switch scheme {
	case "postgres":
		return "5432"
	case "mysql":
		return "3306"
	case "sqlserver":
		return "1433"
	}
	return ""
}

// String returns the database without user and password: "postgres://pg.example.internal:5432/api7ee".
func (c *Connection) String() string { return c.Scheme + "://" + c.Hosts + "/" + c.Name }

// OfChart is the database that the control plane's chart writes into files unless told otherwise, since its version 0.10.0
// (github.com/api7/api7-helm-chart:charts/api7/values.yaml).
const OfChart = "postgres://api7-postgresql:5432/api7ee"

// Release returns what the ids of files of one Helm release begin with.
func (c *Connection) Release() string { return nearby.Release(c.Subject.Ref.ID) }

// Near returns those of the files that stand nearest to c.
func Near(c *Connection, others []*Connection) []*Connection {
	return nearby.To(c.Subject.Ref.ID, others, func(o *Connection) string { return o.Subject.Ref.ID })
}
