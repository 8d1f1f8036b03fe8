package dsn

import (
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/api7-preflight/api7-preflight/internal/lazyregexp"
)

// parseURL parses what follows the scheme.
func parseURL(scheme, rest string) (d DSN, err error) {
	if strings.ContainsFunc(rest, isSpace) {
		return d, errSpaceInURL
	}
	p, err := cut(scheme, rest)
	if err != nil {
		return d, err
	}
	d = DSN{Scheme: scheme, user: p.user, password: p.password}
	if d.authority, err = parseServers(p.servers); err != nil {
		return d, err
	}
	path, query, _ := strings.Cut(p.rest, "?")
	if d.path, err = parsePath(strings.TrimPrefix(path, "/")); err != nil {
		return d, err
	}
	d.Settings, err = parseQuery(scheme, query)
	return d, err
}

// parts are the parts of a URL after its scheme, with user and password decoded.
type parts struct{ user, password, servers, rest string }

// cut splits a URL after the user part. Its end is certain only if there is a single @, before the first character
// that can end the list of servers.
func cut(scheme, text string) (p parts, err error) {
	if found := ofMySQL.FindStringSubmatch(text); found != nil && isMySQL(scheme) && strings.Count(text, "tcp(") == 1 {
		p = parts{servers: found[2], rest: found[3]}
		p.user, p.password, _ = strings.Cut(found[1], ":") // the driver decodes nothing here, so an @ has no other form
		return p, certain(p.rest)
	}
	end := strings.IndexAny(text, "/?#")
	if end < 0 {
		end = len(text)
	}
	p = parts{servers: text[:end], rest: text[end:]}
	if user, servers, found := strings.Cut(p.servers, "@"); found {
		p.servers = servers
		p.user, p.password, _ = strings.Cut(user, ":")
	}
	if err := certain(p.servers + p.rest); err != nil {
		return p, err
	}
	if p.user, err = decode(p.user, false); err != nil {
		return p, err
	}
	p.password, err = decode(p.password, false)
	return p, err
}

// certain returns an error if the user part may end later than it seems.
func certain(behind string) error {
	if strings.ContainsAny(behind, "@#") {
		return errWhereItEnds
	}
	return nil
}

// ofMySQL matches the form of Go's MySQL driver, in which the server's address shows where the user part ends:
// user:password@tcp(host:3306)/database (github.com/k3s-io/kine:examples/minimal.md).
var ofMySQL = lazyregexp.New(`^(?:(.*)@)?tcp\(([^()/?@]+)\)(/[^()]*)?$`)

func isMySQL(scheme string) bool {
	return slices.Contains([]string{"mysql", "mariadb", "oceanbase"}, scheme)
}

// parsePath parses the name of a database.
func parsePath(path string) (string, error) {
	name, err := decode(path, false)
	if err == nil && !namesDatabase.MatchString(path) {
		err = errDatabase
	}
	return name, err
}

// namesDatabase matches names of databases. Other characters must be percent-encoded; if they are not, the text is
// something else.
var namesDatabase = lazyregexp.New(`^[\p{L}\p{N}_.$~!*(),+%-]*$`)

func parseQuery(scheme, query string) (settings []Setting, err error) {
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, found := strings.Cut(pair, "=")
		name = strings.ToLower(strings.ReplaceAll(name, "%20", "+"))
		switch {
		case strings.Contains(pair, ";"):
			return nil, errSemicolons
		case !found:
			return nil, errQuery
		}
		if value, err = decode(value, scheme != Postgres || name == "options"); err != nil {
			return nil, err
		}
		settings = append(settings, Setting{name, value})
	}
	return settings, nil
}

// isName matches names of settings. Some names of SQL Server contain spaces, which are plus signs in a URL.
var isName = lazyregexp.New(`^[a-z_][a-z0-9_.+-]*$`)

// decode removes percent-encoding and, if plus is true, turns plus signs into spaces.
func decode(text string, plus bool) (string, error) {
	if plus {
		text = strings.ReplaceAll(text, "+", " ")
	}
	decoded, err := url.PathUnescape(text)
	if err != nil {
		return "", errPercent
	}
	if strings.ContainsFunc(decoded, unicode.IsControl) {
		return "", errControl
	}
	return decoded, nil
}
