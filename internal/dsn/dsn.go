// Package dsn parses connection strings of databases. A text that is not understood with certainty is refused as a
// whole, because any part of it may belong to a password. Code that shows, compares or uses a connection string must
// use the result of [Parse], never the text.
package dsn

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// DSN is a connection string that was understood with certainty. The zero DSN leaves everything to environment
// variables and defaults.
type DSN struct {
	// Scheme is the scheme of the URL in lower case; "postgres" also for postgresql and for keywords.
	Scheme string
	// Keywords is true if the string has the keyword form of libpq and is not a URL.
	Keywords bool
	// Settings are the parameters of the URL's query, or all keywords, in written order. No name occurs twice.
	Settings []Setting

	authority      []Host // servers in the URL; settings named host and port override them
	user, password string
	path           string
}

// Setting is one keyword or one query parameter. Its name is in lower case.
type Setting struct{ Name, Value string }

// Postgres is the scheme of PostgreSQL.
const Postgres = "postgres"

// Parse parses a connection string. The error is an [*Error] and quotes no part of the text.
func Parse(text string) (DSN, error) {
	text = strings.TrimFunc(text, isSpace)
	d := DSN{Scheme: Postgres}
	var err error
	switch found := scheme.FindStringSubmatch(text); {
	case text == "":
		return d, nil
	case strings.ContainsFunc(text, isControl):
		err = errControl
	case found != nil:
		name := strings.ToLower(found[1])
		if name == "postgresql" {
			name = Postgres
		}
		d, err = parseURL(name, text[len(found[0]):])
	case beginsWithJDBC.MatchString(text):
		err = errJDBC
	case !keyword.MatchString(text):
		err = notKeywords(text)
	default:
		d.Keywords = true
		d.Settings, err = parseKeywords(text)
	}
	if err == nil {
		err = d.check()
	}
	if err != nil {
		return DSN{}, err
	}
	return d, nil
}

var (
	scheme         = lazyregexp.New(`^([a-zA-Z][a-zA-Z0-9+.-]*)://`)
	beginsWithJDBC = lazyregexp.New(`(?i)^jdbc:`)
	keyword        = lazyregexp.New(`^[^\s=:/@]+\s*=`)
)

// Get returns the value of a setting; "" if it is not set.
func (d DSN) Get(name string) string {
	for _, s := range d.Settings {
		if s.Name == name {
			return s.Value
		}
	}
	return ""
}

// User returns the name of the role, decoded.
func (d DSN) User() string { return cmp.Or(d.Get("user"), d.user) }

// Password returns the password, decoded.
func (d DSN) Password() string { return cmp.Or(d.Get("password"), d.password) }

// Database returns the name of the database.
func (d DSN) Database() string { return cmp.Or(d.Get("dbname"), d.Get("database"), d.path) }

// Hosts returns the servers. If there are none, environment variables or defaults decide.
func (d DSN) Hosts() []Host {
	names, ports := d.servers()
	var hosts []Host
	for i, name := range names {
		host := Host{Name: name}
		if len(ports) > 0 {
			host.Port = ports[min(i, len(ports)-1)]
		}
		hosts = append(hosts, host)
	}
	return hosts
}

// Servers returns the servers as text that is the same however they are written: in lower case, with ports, sorted. It is
// empty where environment variables or defaults decide.
func (d DSN) Servers() string {
	var all []string
	for _, host := range d.Hosts() {
		host.Port = cmp.Or(host.Port, defaultPorts[d.Scheme])
		all = append(all, strings.ToLower(host.Address()))
	}
	slices.Sort(all)
	return strings.Join(all, ",")
}

// defaultPorts are the ports that a connection URL means without one, by schemes.
var defaultPorts = map[string]string{Postgres: "5432", "mysql": "3306", "sqlserver": "1433"}

// servers returns the names of the servers and their ports: one port for each, or one for all.
func (d DSN) servers() (names, ports []string) {
	for _, host := range d.authority {
		names, ports = append(names, host.Name), append(ports, host.Port)
	}
	for _, s := range d.Settings {
		switch s.Name {
		case "host":
			names = strings.Split(s.Value, ",")
		case "port":
			ports = strings.Split(s.Value, ",")
		}
	}
	return names, ports
}

// Base returns the connection string as a URL without settings, with the given text in place of user and password.
func (d DSN) Base(user string) string {
	var b strings.Builder
	b.WriteString(d.Scheme + "://" + user + "@")
	for i, host := range d.authority {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(host.String())
	}
	if d.path != "" {
		b.WriteString("/" + escape(d.path))
	} else if len(d.authority) == 0 {
		b.WriteByte('/')
	}
	return b.String()
}

// Words returns the connection string in the keyword form of libpq, with every value quoted.
func (d DSN) Words() string {
	var words []string
	add := func(name, value string) { words = append(words, name+"='"+quoted.Replace(value)+"'") }
	names, ports := d.servers()
	for _, part := range []Setting{{"host", strings.Join(names, ",")}, {"port", strings.Join(ports, ",")}, {"user", d.user}, {"dbname", d.path}} {
		if part.Value != "" {
			add(part.Name, part.Value)
		}
	}
	for _, s := range d.Settings {
		switch {
		case (s.Name == "host" || s.Name == "port") && s.Value != "":
		case s.Name == "database":
			add("dbname", s.Value)
		case s.Name == "ssl" && s.Value == "true" && d.Get("sslmode") == "":
			add("sslmode", "require")
		case s.Name == "ssl" && s.Value == "true":
		default:
			add(s.Name, s.Value)
		}
	}
	if d.password != "" { // last, because what follows a password is doubted
		add("password", d.password)
	}
	return strings.Join(words, " ")
}

var quoted = strings.NewReplacer(`\`, `\\`, `'`, `\'`)

// escape returns a text percent-encoded, so that no character of it has a meaning in a URL.
func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
